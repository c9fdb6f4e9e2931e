import TestSupport

/// What the inputs of a target are made of: lines with their data blocks, or frames that tell their length.
struct Grammar: Sendable {
  /// One of each kind of command, right as a peer or client would say it.
  let samples: [[UInt8]]
  /// Where the command that begins there ends, which is at most the input's end.
  let end: @Sendable (ArraySlice<UInt8>) -> Int
  /// Another command of the same kind.
  let vary: @Sendable ([UInt8], inout SeededRandom) -> [UInt8]

  func split(_ input: [UInt8]) -> [[UInt8]] {
    var commands: [[UInt8]] = []
    var rest = input[...]
    while !rest.isEmpty {
      let next = min(max(end(rest), rest.startIndex + 1), rest.endIndex)
      commands.append(Array(rest[..<next]))
      rest = rest[next...]
    }
    return commands
  }
}

extension Grammar {
  /// Commands of text: a line, and a data block where its length stands in the line.
  static func lines(_ samples: [String]) -> Grammar {
    Grammar(
      samples: samples.map { Array($0.utf8) }, end: lineEnd,
      vary: { command, random in varyWords(command, &random) })
  }

  private static func lineEnd(_ rest: ArraySlice<UInt8>) -> Int {
    guard let newline = rest.firstIndex(of: 10) else { return rest.endIndex }
    let words = rest[..<newline].split(separator: 32)
    guard words.count >= 3, let verb = words.first else { return newline + 1 }
    let place = verb.elementsEqual("ms".utf8) ? 2 : 4
    guard hasBlock(verb), words.count > place,
      let count = Int(String(decoding: words[place].prefix { $0 > 32 }, as: UTF8.self)),
      (0...(1 << 20)).contains(count)
    else { return newline + 1 }
    return min(newline + 1 + count + 2, rest.endIndex)
  }

  private static func hasBlock(_ verb: ArraySlice<UInt8>) -> Bool {
    ["ms", "set", "add", "replace", "append", "prepend", "cas", "rep"].contains { verb.elementsEqual($0.utf8) }
  }

  private static let words = [
    "0", "1", "-1", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616", "noreply", "k", "", " ", "\r", "\0", "\t", String(repeating: "k", count: 250),
    String(repeating: "k", count: 251), "key with", "a1", "HTTP/1.1",
  ]

  /// One word is another one, is there twice, or is missing.
  private static func varyWords(_ command: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var parts = command.split(separator: 32, omittingEmptySubsequences: false).map { Array($0) }
    let place = Int.random(in: 0..<max(parts.count, 1), using: &random)
    guard parts.indices.contains(place) else { return command }
    let end = parts[place].firstIndex { $0 == 13 || $0 == 10 } ?? parts[place].count
    let word = Array((words.randomElement(using: &random) ?? "").utf8)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: parts.insert(word, at: place)
    case 1: parts.remove(at: place)
    case 2: parts.insert(parts[place], at: place)
    default: parts[place].replaceSubrange(..<end, with: word)
    }
    return Array(parts.joined(separator: [32]))
  }

  /// Frames that tell how long they are.
  ///
  /// - Parameters:
  ///   - lengthPlace: where the length stands, of 4 bytes, the highest first.
  ///   - overhead: bytes of a frame that its length does not count.
  static func frames(_ samples: [[UInt8]], lengthPlace: Int, overhead: Int) -> Grammar {
    Grammar(
      samples: samples,
      end: { rest in
        guard let length = number(rest, at: lengthPlace) else { return rest.endIndex }
        return min(rest.startIndex + length + overhead, rest.endIndex)
      },
      vary: { command, random in varyBytes(command, lengthPlace, overhead, &random) })
  }

  private static func number(_ bytes: ArraySlice<UInt8>, at place: Int) -> Int? {
    let start = bytes.startIndex + place
    guard start + 4 <= bytes.endIndex else { return nil }
    return bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  private static let edges: [UInt8] = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, 250, 251]

  /// Some bytes are others, or more, or fewer; then mostly the length is made right again.
  private static func varyBytes(
    _ command: [UInt8], _ lengthPlace: Int, _ overhead: Int, _ random: inout SeededRandom
  ) -> [UInt8] {
    var bytes = command
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
      case 1: bytes.removeSubrange(place..<min(place + Int.random(in: 1...8, using: &random), bytes.count))
      case 2: bytes[place] = UInt8.random(in: 0 ... .max, using: &random)
      default: bytes[place] = edges.randomElement(using: &random) ?? 0
      }
    }
    if bytes.count >= lengthPlace + 4, bytes.count >= overhead, Int.random(in: 0..<4, using: &random) > 0 {
      let length = UInt32(bytes.count - overhead)
      for index in 0..<4 { bytes[lengthPlace + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(index))) }
    }
    return bytes
  }
}
