import MemcacheProtocol
import Testing

@Suite("A glance at a request that is not its turn yet")
struct TextParserGlanceTests {
  private func glance(_ text: String) -> (key: String, next: Int)? {
    let bytes = Array(text.utf8)
    guard let seen = TextParser.glance(bytes.span, from: 0) else { return nil }
    return (
      String(decoding: bytes[seen.key.lowerBound..<seen.key.lowerBound + seen.key.count], as: UTF8.self), seen.next
    )
  }

  @Test(
    "sees the key of a get or set, and where the next request stands",
    arguments: [
      ("get a\r\nget b\r\n", "a", 7), ("get longer_key\r\n", "longer_key", 16),
      ("set a 0 0 1\r\nx\r\n", "a", 16), ("set key 4294967295 -1 120\r\n", "key", 149),
      ("set a 0 0 0\r\n\r\nget a\r\n", "a", 15), ("set a 0 0 1048576\r\nx", "a", 1_048_597),
    ])
  func sees(_ text: String, _ key: String, _ next: Int) throws {
    let seen = try #require(glance(text))
    #expect(seen.key == key)
    #expect(seen.next == next)
  }

  @Test(
    "sees nothing of what is not one key of a get or set",
    arguments: [
      "get a b\r\n", "gets a\r\n", "gat 0 a\r\n", "add a 0 0 1\r\nx\r\n", "incr a 1\r\n", "GET a\r\n", "get  a\r\n",
      "get a\nget b\n", "get \r\nabcdef", "get a", "get abcdefgh", "set abcdefgh 0 0 1", "get \(tooLongKey)\r\n",
      "stats\r\n", "version\r\n", "", "\r\n", "garbage and more",
    ])
  func passes(_ text: String) { #expect(glance(text) == nil) }

  @Test("never traps, whatever the bytes and wherever it looks")
  func traps() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    let words = ["get ", "set ", "\r\n", " ", "99999999999999999999", "0", "k", "\n", tooLongKey, "\r"]
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...12, using: &random) { bytes += (words.randomElement(using: &random) ?? "").utf8 }
      if Bool.random(using: &random) { bytes.append(.random(in: 0...255, using: &random)) }
      var offset = Int.random(in: -1...bytes.count + 1, using: &random)
      while let seen = TextParser.glance(bytes.span, from: offset) {
        #expect(seen.next > offset, "seed \(seed)")
        #expect(seen.key.lowerBound + seen.key.count < bytes.count, "seed \(seed)")
        offset = seen.next
      }
    }
  }
}
