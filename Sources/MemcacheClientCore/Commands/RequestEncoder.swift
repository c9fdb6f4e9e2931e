import MemcacheProtocol

// A command to bytes, in the words that its server speaks, and with what is to come back.
//
// Meta commands, where the server has them, for what they add: an opaque in every answer, so that an answer to another request
// is noticed and not handed out; quiet misses and `mn`, so that a get of many keys is answered by what is there; the cas
// unique with every item. All else is the classic text protocol, which every memcached speaks.

/// What a server speaks.
package enum Dialect: Hashable, Sendable {
  case text, meta
}

package enum RequestEncoder {
  /// - Parameter opaque: what meta answers must bear. Of a get of many keys each has its own, counted from this on.
  package static func encode(_ command: Command, _ dialect: Dialect, opaque: UInt32) -> (
    bytes: [UInt8], reply: ReplyReader
  ) {
    var bytes = RequestBytes()
    let isMeta = dialect == .meta && writeMeta(command, opaque, &bytes)
    if !isMeta { writeText(command, &bytes) }
    return (bytes.bytes, ReplyReader(command, isMeta: isMeta, opaque: opaque))
  }

  // MARK: Text

  private static func writeText(_ command: Command, _ bytes: inout RequestBytes) {
    switch command {
    case .get(let key, let exptime): writeGet([key], exptime, &bytes)
    case .getMany(let keys): writeGet(keys, nil, &bytes)
    case .store(let verb, let key, let value, let flags, let exptime, let casUnique):
      TextRequestWriter.writeStorage(
        verb, key: key.span, flags: flags, exptime: exptime, value: value.span, casUnique: casUnique, to: &bytes)
    case .delete(let key): TextRequestWriter.writeDelete(key.span, to: &bytes)
    case .arithmetic(let key, let delta, let isIncrement):
      TextRequestWriter.writeArithmetic(isIncrement: isIncrement, key: key.span, delta: delta, to: &bytes)
    case .touch(let key, let exptime): TextRequestWriter.writeTouch(key.span, exptime: exptime, to: &bytes)
    case .flush(let delay): bytes.append("flush_all \(delay)\r\n" as String)
    case .statistics(let group): bytes.append((group.isEmpty ? "stats" : "stats \(group)") + "\r\n")
    case .version: TextRequestWriter.writeCommand("version", to: &bytes)
    }
  }

  private static func writeGet(_ keys: [[UInt8]], _ exptime: Int64?, _ bytes: inout RequestBytes) {
    if let exptime {
      TextRequestWriter.beginGetAndTouch(exptime: exptime, withCAS: true, to: &bytes)
    } else {
      TextRequestWriter.beginGet(withCAS: true, to: &bytes)
    }
    for key in keys { TextRequestWriter.writeKey(key.span, to: &bytes) }
    TextRequestWriter.endLine(to: &bytes)
  }

  // MARK: Meta

  /// False: there is no meta command for it.
  private static func writeMeta(_ command: Command, _ opaque: UInt32, _ bytes: inout RequestBytes) -> Bool {
    switch command {
    case .get(let key, let exptime):
      write("mg", key, exptime.map { "f c v T\($0)" } ?? "f c v", opaque, &bytes)
    case .getMany(let keys):
      for (index, key) in keys.enumerated() { write("mg", key, "f c v q", opaque &+ UInt32(index), &bytes) }
      bytes.append("mn\r\n" as String)
    case .store(let verb, let key, let value, let flags, let exptime, let casUnique):
      write("ms", key, "\(value.count) F\(flags) T\(exptime) \(mode(verb, casUnique))", opaque, &bytes)
      bytes.append(value)
      bytes.append("\r\n" as String)
    case .delete(let key): write("md", key, "", opaque, &bytes)
    case .arithmetic(let key, let delta, let isIncrement):
      write("ma", key, "M\(isIncrement ? "I" : "D") D\(delta) v", opaque, &bytes)
    case .touch(let key, let exptime): write("mg", key, "T\(exptime)", opaque, &bytes)
    case .flush, .statistics, .version: return false
    }
    return true
  }

  private static func mode(_ verb: StorageVerb, _ casUnique: UInt64) -> String {
    switch verb {
    case .set: "MS"
    case .add: "ME"
    case .replace: "MR"
    case .append: "MA"
    case .prepend: "MP"
    case .cas: "C\(casUnique)"
    }
  }

  private static func write(
    _ verb: String, _ key: [UInt8], _ flags: String, _ opaque: UInt32, _ bytes: inout RequestBytes
  ) {
    bytes.append(verb + " ")
    bytes.append(key)
    bytes.append(" \(flags)\(flags.isEmpty ? "" : " ")O\(opaque)\r\n")
  }
}
