import MemcacheProtocol
import Testing

@Suite("The token reader")
struct TokenReaderTests {
  @Test(
    "cuts a line at its spaces, and only there",
    arguments: [
      ("", []), ("   ", []), ("a", ["a"]), (" a  bc   d ", ["a", "bc", "d"]), ("a\tb c\u{1}", ["a\tb", "c\u{1}"]),
      ("0123456789abcdefghij 0123456789abcdefghij", ["0123456789abcdefghij", "0123456789abcdefghij"]),
    ] as [(String, [String])])
  func words(_ line: String, _ expected: [String]) {
    let bytes = Array(line.utf8)
    var reader = TokenReader(ByteRange(start: 0, count: bytes.count))
    #expect(string(reader.last(in: bytes.span), in: bytes.span) == expected.last ?? "")
    var words: [String] = []
    while true {
      let word = reader.next(in: bytes.span)
      guard !word.isEmpty else { break }
      words.append(string(word, in: bytes.span))
    }
    #expect(words == expected)
    #expect(reader.next(in: bytes.span).isEmpty)
    #expect(reader.last(in: bytes.span).isEmpty)
  }

  @Test("stops at the end of its range although the input goes on")
  func range() {
    let bytes = Array("items 12 345".utf8)
    var reader = TokenReader(ByteRange(start: 0, count: 7))
    _ = reader.next(in: bytes.span)
    #expect(string(reader.rest(in: bytes.span), in: bytes.span) == "1")
    #expect(string(reader.next(in: bytes.span), in: bytes.span) == "1")
    #expect(reader.next(in: bytes.span).isEmpty)
  }
}
