/// Bytes to lines of repcached 2.x. Like `FrameDecoder` it keeps nothing between calls. A value behind a `rep` is its
/// reader's.
enum LegacyLineDecoder {
  static let record = [UInt8]("rep".utf8)
  static let delete = [UInt8]("delete".utf8)
  static let flush = [UInt8]("flush_all".utf8)
  static let copyEnd = [UInt8]("marugoto_end".utf8)
  private static let hello = [UInt8]("repcached-hello".utf8)

  /// The line at the front of `bytes`.
  static func decode(_ bytes: Span<UInt8>) -> LegacyLineDecoding {
    guard let newline = newline(bytes) else {
      return bytes.count > LegacyLimits.line ? .malformed(.legacyLine("no end within 1024 bytes")) : .incomplete
    }
    let end = newline > 0 && bytes[newline - 1] == 13 ? newline - 1 : newline
    var words = LegacyWords(bytes, end: end)
    guard let line = line(&words) else { return .malformed(.legacyLine("wrong words")) }
    return .line(line, byteCount: newline + 1)
  }

  private static func newline(_ bytes: Span<UInt8>) -> Int? {
    for index in 0..<min(bytes.count, LegacyLimits.line + 1) where bytes[index] == 10 { return index }
    return nil
  }

  /// Nil where a line of the format's own does not hold together.
  private static func line(_ words: inout LegacyWords) -> LegacyLine? {
    guard let verb = words.next() else { return .unknown }
    if words.matches(verb, record) { return record(&words) }
    if words.matches(verb, delete) { return words.next().flatMap { isKey($0) ? .delete(key: $0) : nil } }
    if words.matches(verb, flush) { return flush(&words) }
    if words.matches(verb, copyEnd) { return .copyEnd }
    if words.matches(verb, hello) { return .hello }
    return .unknown
  }

  private static func record(_ words: inout LegacyWords) -> LegacyLine? {
    guard let key = words.next(), isKey(key), let flags = words.number(upTo: UInt64(UInt32.max)),
      let expiry = words.time(upTo: .max), let count = words.number(upTo: UInt64(FrameLimits.wholeValue)),
      words.next() != nil
    else { return nil }
    let head = LegacyHead(clientFlags: UInt32(flags), expiresAtUnix: expiry)
    return .record(head, key: key, valueCount: Int(count))
  }

  private static func flush(_ words: inout LegacyWords) -> LegacyLine? {
    var rest = copy words
    if rest.next() == nil { return .flush(unixSeconds: nil) }
    return words.time(upTo: Int64(UInt32.max)).map { .flush(unixSeconds: $0) }
  }

  private static func isKey(_ word: Range<Int>) -> Bool { word.count <= FrameLimits.key }
}

/// What the front of the bytes received so far is.
enum LegacyLineDecoding: Equatable, Sendable {
  /// A line; `byteCount` of the bytes, its end included, are used up.
  case line(LegacyLine, byteCount: Int)
  /// Not all there yet.
  case incomplete
  case malformed(MalformedFrame)
}
