import TestSupport
import Testing

@testable import MemcacheProtocol

@Suite("The direct way through gets and sets")
struct TextParserKeysTests {
  private struct Line: Equatable {
    let keys: [String]
    let next: Int
    let withCAS: Bool
  }

  private func direct(_ bytes: [UInt8], from offset: Int = 0, room: Int = 128, behind: Int = 0) -> Line? {
    var keys = [RequestKey](repeating: .none, count: room)
    var span = keys.mutableSpan
    guard let line = TextParser.keys(of: bytes.span, from: offset, into: &span, behind: behind), line.isEnded
    else { return nil }
    let found = keys[behind..<line.count]
    let withCAS = found.last?.role.contains(.withCAS) ?? false
    let role: RequestKey.Role = withCAS ? .withCAS : []
    #expect(found.dropLast().allSatisfy { $0.role == role } && found.last?.role == role.union(.last))
    #expect(found.last.map { $0.range.upperBound + 2 } == line.next)
    return Line(keys: found.map { string($0.range, in: bytes.span) }, next: line.next, withCAS: withCAS)
  }

  private func general(_ bytes: [UInt8], from offset: Int = 0) -> Line? {
    guard case .request(.get(let first, let withCAS), let count) = TextParser.parse(bytes.span, from: offset) else {
      return nil
    }
    var keys: [String] = []
    var line = LongRetrieval.resumed(withCAS: withCAS, exptime: nil)
    var position = first.lowerBound
    while true {
      switch line.next(in: bytes.span, from: position) {
      case .key(let key, let next):
        keys.append(string(key, in: bytes.span))
        position = next
      case .end(let next): return next == offset + count ? Line(keys: keys, next: next, withCAS: withCAS) : nil
      case .incomplete, .refused, .skipped: return nil
      }
    }
  }

  @Test(
    "reads the keys of canonical retrievals",
    arguments: [
      "get ab\r\n", "get a b\r\n", "gets a\r\n", "gets abc d e f\r\n", "get a  b   c\r\n", "get  a\r\n",
      "get \(maxKey)\r\n", "get \(maxKey) \(maxKey) k\r\n", "get ключ \u{80}\r\nget next\r\n",
    ])
  func reads(_ text: String) throws {
    let bytes = Array(text.utf8)
    let line = try #require(direct(bytes))
    #expect(line == general(bytes))
    #expect(!line.keys.isEmpty)
  }

  @Test(
    "leaves everything else to the general way",
    arguments: [
      "get \(tooLongKey)\r\n", "get a \(tooLongKey)\r\n", "get abcdefg\n", "get a\tb c\r\n", "get a\0 bcd\r\n",
      "get    \r\n",
      "get \r\nabcdef", "get a\r \r\n", "get a b", "get ab \r\n",
      "get a b  \r\n", "get abcdef\r", "GET abcd\r\n", "gat 0 abc\r\n", "getsa bcd\r\n",
      "incr a 1\r\n", "stats abc\r\n", "set a 0 0 1\r\na\r\n", "", "\r\n", "garbage\r\n",
    ])
  func leaves(_ text: String) { #expect(direct(Array(text.utf8)) == nil) }

  @Test("needs room for all keys of a line, behind those that are there")
  func room() {
    let bytes = Array("get a b c\r\n".utf8)
    #expect(direct(bytes, room: 3)?.keys == ["a", "b", "c"])
    #expect(direct(bytes, room: 10, behind: 7)?.keys == ["a", "b", "c"])
    #expect(direct(bytes, room: 2) == nil)
    #expect(direct(bytes, room: 10, behind: 8) == nil)
    #expect(direct(bytes, room: 10, behind: 10) == nil)
    #expect(direct(bytes, from: -1) == nil)
    #expect(direct(bytes, from: 100) == nil)
  }

  @Test("says where a line goes on for whose keys there is no room, or that has not come as a whole", arguments: 1...4)
  func unended(_ room: Int) {
    let bytes = Array("get aa bb cc dd\r\n".utf8)
    var keys = [RequestKey](repeating: .none, count: room)
    var span = keys.mutableSpan
    let begun = TextParser.keys(of: bytes.span, from: 0, into: &span, behind: 0)
    #expect(begun?.isEnded == (room == 4) && begun?.count == room)
    guard let begun, room < 4 else { return }
    #expect(begun.next == 4 + 3 * room)
    // Behind the first of the other keys nothing has come that ends the next.
    let half = Array(bytes.prefix(begun.next + 4))
    var others = [RequestKey](repeating: .none, count: 10)
    var rest = others.mutableSpan
    let found = TextParser.keys(of: half.span, at: begun.next, role: [], into: &rest, behind: 0)
    #expect(found?.count == 1 && found?.isEnded == (room == 3))
    #expect(found?.next == begun.next + (room == 3 ? 4 : 3))
  }

  @Test("reads a line alike at every place in the input, of keys of every length, to its last byte")
  func places() {
    for count in [1, 2, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 63, 64, 65, 100, 249, 250, 251] {
      let line = "get " + String(repeating: "k", count: count) + " x" + String(repeating: "y", count: count) + "\r\n"
      for shift in 0..<17 {
        for tail in [0, 1, 7, 40] {
          let bytes =
            [UInt8](repeating: 0x0a, count: shift) + Array(line.utf8) + [UInt8](repeating: 0x20, count: tail)
          let found = direct(bytes, from: shift)
          #expect(found == general(bytes, from: shift))
          #expect((found == nil) == (count >= 250))
          #expect(direct(Array(bytes[..<(bytes.count - tail - 1)]), from: shift) == nil)
        }
      }
    }
  }

  @Test("reads random lines as the general way does, whatever is in them")
  func random() {
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    let parts = [
      "get ", "gets ", " ", " ", "\r\n", "\n", "\r", "\0", "\t", "a", "key:123456789", maxKey, tooLongKey,
      "\u{ff}é",
      "set k 0 0 1\r\nx\r\n", "get k\r\n",
    ]
    var taken = 0
    for _ in 0..<20_000 {
      var bytes = Array((Bool.random(using: &random) ? "get " : "gets ").utf8)
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        bytes += (parts.randomElement(using: &random) ?? "").utf8
        if Int.random(in: 0..<10, using: &random) == 0 { bytes.append(.random(in: 0...255, using: &random)) }
        if Bool.random(using: &random) { bytes.append(0x20) }
      }
      if Bool.random(using: &random) { bytes += "\r\n".utf8 }
      let offset = Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: 0...bytes.count, using: &random) : 0
      guard let line = direct(bytes, from: offset) else { continue }
      taken += 1
      #expect(line == general(bytes, from: offset), "seed \(seed)")
    }
    #expect(taken > 500, "seed \(seed)")
  }

  @Test("reads a set as the general way does, and nothing else")
  func storage() throws {
    let bytes = Array("set key 5 0 3 noreply\r\nabc\r\n".utf8)
    let storage = TextParser.storage(bytes.span, from: 0)
    let found = try #require(storage)
    #expect(TextParser.parse(bytes.span) == .request(.storage(found.header), count: found.count))
    #expect(found.count == 23 && found.header.valueCount == 3)
    for other in [
      "set a 0 0\r\n", "set a 0 0 1", "set \(tooLongKey) 0 0 1\r\n", "add a 0 0 1\r\n", "set a 0 0 -1\r\n", "set",
    ] {
      let bytes = Array(other.utf8)
      #expect(TextParser.storage(bytes.span, from: 0) == nil)
      #expect(TextParser.storage(bytes.span, from: -1) == nil)
      #expect(TextParser.storage(bytes.span, from: bytes.count) == nil)
    }
  }
}
