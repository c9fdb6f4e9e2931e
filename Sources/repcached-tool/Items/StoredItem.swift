import Platform

/// An item on its way: out of a server, into a dump, into another server.
struct StoredItem: Equatable, Sendable {
  var key: [UInt8]
  var flags: UInt32
  /// Seconds of Unix time; nil: never.
  var expiresAt: Int64?
  var value: [UInt8]

  /// 1 to 250 bytes, none of them a space or a control character: what a line of the text protocol can name.
  static func isWord(_ key: [UInt8]) -> Bool {
    (1...250).contains(key.count) && !key.contains { $0 <= 32 || $0 == 127 }
  }

  /// As a line of the text protocol and a data block; memcached-tool's dumps consist of them.
  func command(_ verb: String) -> [UInt8] {
    Array("\(verb) ".utf8) + key + Array(" \(flags) \(expiresAt ?? 0) \(value.count)\r\n".utf8) + value + [13, 10]
  }
}

/// A key as `lru_crawler metadump` tells of it.
struct ListedKey: Equatable, Sendable {
  let key: [UInt8]
  let expiresAt: Int64?

  /// `key=NAME exp=TIME ...`, the name uri-encoded; nil: another line.
  init?(_ line: some Collection<UInt8>) {
    let text = String(decoding: line, as: UTF8.self)
    let words = text.split(separator: " ")
    guard words.count > 2, words[0].hasPrefix("key="), words[1].hasPrefix("exp="),
      let time = Int64(words[1].dropFirst(4))
    else { return nil }
    key = Self.decoded(words[0].dropFirst(4).utf8)
    expiresAt = time == -1 ? nil : time
  }

  /// A line of a listing as one of JSON: what stands before each equals sign, and behind it. Of a name that stands twice the first counts.
  static func json(_ line: [UInt8]) -> [UInt8] {
    var names: Set<String> = []
    let pairs = line.split { $0 == 32 || $0 == 13 || $0 == 10 }.compactMap { word -> String? in
      let parts = word.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(decoding: parts[0], as: UTF8.self)
      guard names.insert(name).inserted else { return nil }
      return "\(quoted(name)):\(quoted(parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""))"
    }
    return Array("{\(pairs.joined(separator: ","))}\n".utf8)
  }

  /// Names of keys are uri-encoded, and nearly always need no encoder.
  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      (33..<127).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    return isPlain ? "\"\(text)\"" : StandardOutput.json(text)
  }

  private static func decoded(_ text: some Sequence<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      guard byte == UInt8(ascii: "%"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else {
        bytes.append(byte)
        continue
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
