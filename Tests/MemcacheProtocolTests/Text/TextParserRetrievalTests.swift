import MemcacheProtocol
import Testing

@Suite("The text parser, retrievals")
struct TextParserRetrievalTests {
  static let table: [(line: String, reading: String)] = [
    ("get a\r\n", "get a"),
    ("get a\n", "get a"),
    ("get abcdefghijklmnopqrstuvwxyz012345\r\n", "get abcdefghijklmnopqrstuvwxyz012345"),
    ("gets a\r\n", "gets a"),
    ("gets abcdefghijklmnopqrstuvwxyz012345\n", "gets abcdefghijklmnopqrstuvwxyz012345"),
    ("get a b c\r\n", "get a b c"),
    ("get  a   b  \r\n", "get a b"),
    ("get a \r\n", "get a"),
    ("get \(maxKey)\r\n", "get \(maxKey)"),
    ("get \(maxKey) \(maxKey)\n", "get \(maxKey) \(maxKey)"),
    ("get noreply\r\n", "get noreply"),
    ("get a noreply\r\n", "get a noreply"),
    ("get a\tb\r\n", "get a\tb"),
    ("get \u{1}\u{2} c\r\n", "get \u{1}\u{2} c"),
    ("get a\0b\r\n", "get a\0b"),
    ("get a\rb\r\n", "get a\rb"),
    ("get a\r\r\n", "get a\r"),
    ("get schlüssel-ключ-鍵\r\n", "get schlüssel-ключ-鍵"),
    ("get schlüssel ключ 鍵\r\n", "get schlüssel ключ 鍵"),
    ("gat 0 a\r\n", "gat 0 a"),
    ("gat  10  a  b \r\n", "gat 10 a b"),
    ("gat -1 a\n", "gat -1 a"),
    ("gats 2147483647 a\r\n", "gats 2147483647 a"),
    ("gat - a\r\n", "gat 0 a"),
    ("gat 0 \(maxKey)\r\n", "gat 0 \(maxKey)"),
  ]

  @Test("reads get, gets, gat and gats", arguments: table)
  func retrievals(_ line: String, _ reading: String) {
    expect(line, isReadAs: reading)
  }

  @Test("reads a key of every length up to 250, and refuses 251")
  func everyLength() {
    for count in 1...251 {
      let key = String(repeating: "x", count: count)
      let expected = count > 250 ? "refused badCommandLine" : "get \(key)"
      for line in ["get \(key)\r\n", "get \(key)\n", "get \(key) \r\n", "get  \(key)\r\n"] {
        #expect(reading(of: line) == expected)
        #expect(reading(of: line + "get b\r\nget c\r\nversion\r\n") == expected)
      }
    }
  }

  @Test("names the first key, where there are others too", arguments: ["get a\r\n", "get a b\r\n", "gets a \n"])
  func first(_ line: String) {
    let bytes = Array(line.utf8)
    guard case .request(.get(let first, _), _) = TextParser.parse(bytes.span) else {
      Issue.record("not read as get")
      return
    }
    #expect(string(first, in: bytes.span) == "a")
  }

  @Test("takes the head of a retrieval that does not fit the buffer, and leaves its keys")
  func head() {
    let heads = [("get key", 3), ("  gets key", 6), ("gat 60 key", 6), ("gats -1 key", 7), ("gat x key", 5)]
    for (text, expected) in heads {
      let bytes = Array(text.utf8)
      guard case .longRetrieval(_, let count) = TextParser.parse(bytes.span, bufferIsFull: true) else {
        Issue.record("\(text) is no long retrieval")
        continue
      }
      #expect(count == expected)
    }
  }
}
