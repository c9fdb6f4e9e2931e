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
  /// middle of a value, and when a key of a retrieval is too long.
  var isSaidAlone: Bool {
    let isRetrieval = ["get", "gets", "gat", "gats"].contains(words.first ?? "")
    return isLast || needsUniques || isRetrieval && words.contains { $0.utf8.count > 250 }
  }

  private var needsUniques: Bool { pieces.contains { if case .unique = $0 { true } else { false } } }

  /// As it is sent to a daemon that has shown these.
  func bytes(_ spoken: DifferProtocol, uniques: [UInt64]) -> [UInt8] {
    pieces.flatMap { piece -> [UInt8] in
      switch piece {
      case .bytes(let bytes): return bytes
      case .unique(let number):
        // Nothing shown yet: a number that nobody has.
        let unique = uniques.isEmpty ? 1_234_567 : uniques[number % uniques.count]
        return spoken == .binary ? (0..<8).map { UInt8(unique >> (56 - 8 * $0) & 0xff) } : Array(String(unique).utf8)
      }
    }
  }

  /// The words of its first line, for the list of differences.
  var words: [String] {
    let line = bytes(.text, uniques: []).prefix { $0 != 0x0a }
    return String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\r" }.map(String.init)
  }
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
