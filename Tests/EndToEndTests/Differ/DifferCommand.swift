import Foundation

/// What a conversation is spoken in.
enum DifferProtocol: String, Sendable, CaseIterable {
  case text, meta, binary

  /// Meta commands are lines too, and share a connection with those of the text protocol.
  var isLines: Bool { self != .binary }
}

/// One command of a conversation, odd or not, byte for byte.
struct DifferCommand: Sendable, Equatable {
  enum Piece: Sendable, Equatable {
    case bytes([UInt8])
    /// The nth cas unique that this daemon has shown in this conversation, which is another number on the other.
    case unique(Int)
  }

  /// Uniques here count a clock's ticks, those of memcached commands: only what is above both is to both the same.
  static let unknownUnique: UInt64 = 9_000_000_000_000_000_000

  var pieces: [Piece]
  /// Nobody knows where the next command would begin, or there is none: the conversation ends with it.
  var isLast = false

  init(_ pieces: [Piece], isLast: Bool = false) {
    self.pieces = pieces
    self.isLast = isLast
  }

  init(_ text: String, isLast: Bool = false) { self.init([.bytes(Array(text.utf8))], isLast: isLast) }

  mutating func append(_ text: String) { pieces.append(.bytes(Array(text.utf8))) }

  /// It is said when all before it is answered. memcached forgets answers that wait to be sent when its client goes in the
  /// middle of a value, when a key of a retrieval is too long, and when it takes a line for one of HTTP.
  var isSaidAlone: Bool {
    let isRetrieval = ["get", "gets", "gat", "gats"].contains(words.first ?? "")
    let isHTTP = words.last?.hasPrefix("HTTP/") == true
    return isLast || needsUniques || isHTTP || isRetrieval && words.contains { $0.utf8.count > 250 }
  }

  private var needsUniques: Bool { pieces.contains { if case .unique = $0 { true } else { false } } }

  /// As it is sent to a daemon that has shown these.
  func bytes(_ spoken: DifferProtocol, uniques: [UInt64]) -> [UInt8] {
    pieces.flatMap { piece -> [UInt8] in
      switch piece {
      case .bytes(let bytes): return bytes
      case .unique(let number):
        // Nothing shown yet: a number that nobody has, above all that there are.
        let unique = uniques.isEmpty ? Self.unknownUnique : uniques[number % uniques.count]
        return spoken == .binary ? (0..<8).map { UInt8(unique >> (56 - 8 * $0) & 0xff) } : Array(String(unique).utf8)
      }
    }
  }

  /// The words of its first line, for the list of differences.
  var words: [String] {
    let line = bytes(.text, uniques: []).prefix { $0 != 0x0a }
    return String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\r" }.map(String.init)
  }

  /// Behind the verb of a line, also where they are written in base64: of a retrieval all, of what else there is one.
  var lineKeys: [String] {
    let words = words
    guard words.count > 1 else { return [] }
    if ["get", "gets"].contains(words[0]) { return Array(words.dropFirst()) }
    if ["gat", "gats"].contains(words[0]) { return Array(words.dropFirst(2)) }
    let isEncoded = words[0].utf8.count == 2 && words[0].first == "m" && words.dropFirst(2).contains("b")
    guard isEncoded, let key = Data(base64Encoded: words[1]) else { return [words[1]] }
    return [String(decoding: key, as: UTF8.self)]
  }

  /// What it does can be seen by the other: the same key, or all keys.
  func concerns(_ other: DifferCommand) -> Bool {
    if opcode != nil { return frameKey == other.frameKey || opcode == 0x08 || opcode == 0x18 }
    return words.first == "flush_all" || lineKeys.contains { other.lineKeys.contains($0) }
      || words.dropFirst().contains { other.words.dropFirst().contains($0) }
  }

  var isFlush: Bool { opcode == 0x08 || opcode == 0x18 || words.first == "flush_all" }

  /// Its time is no number of seconds from now, but a date long ago.
  var isFlushOfPast: Bool {
    guard isFlush else { return false }
    if opcode == nil { return words.dropFirst().contains("2592001") }
    return frame.dropFirst(24).elementsEqual([0, 0x27, 0x8d, 0x01])
  }

  /// incr, decr and ma with a first value, for a key that is not there.
  var beginsCount: Bool {
    if let opcode { return [0x05, 0x06, 0x15, 0x16].contains(opcode) }
    return words.first == "ma" && words.contains { $0.first == "N" }
  }

  /// Of a binary frame.
  var opcode: UInt8? { frame.count >= 24 && frame[0] >= 0x80 ? frame[1] : nil }

  /// The key of a binary frame, as far as it is there.
  var frameKey: ArraySlice<UInt8> {
    guard frame.count >= 24 else { return [] }
    return frame.dropFirst(24 + Int(frame[4])).prefix(Int(frame[2]) << 8 | Int(frame[3]))
  }

  /// A frame of which a part is missing or not asked for: the daemon may close, and if it does so while there is more to read,
  /// its last answers may be lost.
  var isOddFrame: Bool {
    guard let opcode else { return false }
    let hasValue = frameValue?.isEmpty == false
    let isOfKey = ![0x07, 0x08, 0x0a, 0x0b, 0x10, 0x17, 0x18].contains(opcode)
    if isOfKey && frameKey.isEmpty || frameKey.count > 250 { return true }
    switch opcode {
    case 0x01...0x03, 0x11...0x13: return frame[4] != 8
    case 0x0e, 0x0f, 0x19, 0x1a: return frame[4] != 0
    case 0x05, 0x06, 0x15, 0x16: return frame[4] != 20 || hasValue
    case 0x1c, 0x1d, 0x1e, 0x23, 0x24: return frame[4] != 4 || hasValue
    default: return frame[4] != 0 || hasValue
    }
  }

  /// What stands behind the key of a binary frame.
  var frameValue: ArraySlice<UInt8>? {
    frame.count < 24 ? nil : frame.dropFirst(24 + Int(frame[4])).dropFirst(frameKey.count)
  }

  /// The second line of a command of the text protocol, if there is one.
  var block: ArraySlice<UInt8>? {
    let bytes = bytes(.text, uniques: [])
    guard let end = bytes.firstIndex(of: 0x0a), end + 2 < bytes.count else { return nil }
    return bytes[(end + 1)...].dropLast(2)
  }

  private var frame: [UInt8] { bytes(.binary, uniques: []) }
}

/// Commands of one connection, on keys that are not there before.
struct DifferConversation: Sendable, Equatable {
  /// How its bytes come to the daemon.
  enum Split: Sendable, Equatable {
    case whole
    /// In parts of random lengths.
    case parts(seed: UInt64)
    /// Each by itself.
    case bytes
  }

  let spoken: DifferProtocol
  var split = Split.whole
  var commands: [DifferCommand] = []
}
