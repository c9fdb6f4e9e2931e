import MemcacheProtocol
import TestSupport
import Testing

@Suite("The client's reply parser")
struct TextReplyParserTests {
  private static func describe(_ parse: TextReplyParse, in input: Span<UInt8>) -> String {
    guard case .reply(let reply, _) = parse else { return parse == .malformed ? "malformed" : "incomplete" }
    switch reply {
    case .value(let key, let flags, let value, let cas):
      return "value \(string(key, in: input)) \(flags) \(cas.map(String.init) ?? "-") [\(string(value, in: input))]"
    case .answer(let answer): return "\(answer)"
    case .number(let number): return "number \(number)"
    case .version(let range): return "version \(string(range, in: input))"
    case .statistic(let name, let value): return "stat \(string(name, in: input)) [\(string(value, in: input))]"
    case .error(let line): return "error \(string(line, in: input))"
    }
  }

  static let table: [(text: String, reading: String)] = [
    ("END\r\n", "end"), ("STORED\r\n", "stored"), ("NOT_STORED\r\n", "notStored"), ("EXISTS\r\n", "exists"),
    ("NOT_FOUND\r\n", "notFound"), ("DELETED\r\n", "deleted"), ("TOUCHED\r\n", "touched"), ("OK\r\n", "ok"),
    ("RESET\r\n", "reset"),
    ("VALUE k 0 3\r\nabc\r\n", "value k 0 - [abc]"),
    ("VALUE k 4294967295 0 18446744073709551615\r\n\r\n", "value k 4294967295 18446744073709551615 []"),
    ("VALUE k 0 7 5\r\nEND\r\n\r\n\r\n", "value k 0 5 [END\r\n\r\n]"),
    ("VALUE \(maxKey) 1 1\r\n\n\r\n", "value \(maxKey) 1 - [\n]"),
    ("0\r\n", "number 0"), ("18446744073709551615\r\n", "number 18446744073709551615"),
    ("VERSION 1.6.18\r\n", "version 1.6.18"),
    ("STAT pid 12\r\n", "stat pid [12]"), ("STAT detail \r\n", "stat detail []"),
    ("STAT 1:chunk_size a b\r\n", "stat 1:chunk_size [a b]"),
    ("ERROR\r\n", "error ERROR"),
    ("ERROR Too many open connections\r\n", "error ERROR Too many open connections"),
    ("CLIENT_ERROR bad data chunk\r\n", "error CLIENT_ERROR bad data chunk"),
    ("SERVER_ERROR object too large for cache\r\n", "error SERVER_ERROR object too large for cache"),
    ("SERVER_ERROR: shutdown not enabled\r\n", "error SERVER_ERROR: shutdown not enabled"),
  ]

  @Test("reads each answer whole, byte by byte, and before another", arguments: table)
  func replies(_ text: String, _ reading: String) {
    let bytes = Array(text.utf8)
    for count in 0..<bytes.count {
      let parse = TextReplyParser.parse(Array(bytes[..<count]).span)
      guard case .incomplete(let needed) = parse else {
        Issue.record("after \(count) bytes: \(parse)")
        return
      }
      #expect(needed > count && needed <= bytes.count)
    }
    for after in ["", "E", "END\r\n"] {
      let all = bytes + Array(after.utf8)
      let parse = TextReplyParser.parse(all.span)
      #expect(Self.describe(parse, in: all.span) == reading)
      if case .reply(_, let count) = parse { #expect(count == bytes.count) }
    }
  }

  @Test(
    "knows what no server says",
    arguments: [
      "\r\n", "\n", "END\n", "ENDE\r\n", "END x\r\n", "STORE\r\n", "NOT_FOUNX\r\n", "-1\r\n", "1 2\r\n", "HELLO\r\n",
      "VALUE\r\n", "VALUE k\r\n", "VALUE k 0\r\n", "VALUE k x 1\r\na\r\n", "VALUE k 0 -1\r\n",
      "VALUE k 4294967296 1\r\na\r\n", "VALUE k 0 99999999999999999999\r\n", "VALUE k 0 1 x\r\na\r\n",
      "VALUE k 0 1 2 3\r\na\r\n", "VALUE k 0 1\r\nab\r\n", "VALUE k 0 1\r\na\nE", "18446744073709551616\r\n",
    ])
  func malformed(_ text: String) {
    let bytes = Array(text.utf8)
    #expect(TextReplyParser.parse(bytes.span) == .malformed)
  }

  @Test("gives up on a line without an end")
  func endless() {
    let bytes = [UInt8](repeating: 0x61, count: 10_000)
    #expect(TextReplyParser.parse(bytes.span) == .malformed)
  }

  @Test("tells how many bytes a large value needs")
  func needed() {
    let bytes = Array("VALUE k 0 1000000\r\nabc".utf8)
    #expect(TextReplyParser.parse(bytes.span) == .incomplete(needed: 19 + 1_000_000 + 2))
  }

  @Test("reads what the server's half writes")
  func roundTrip() {
    var sink = ArraySink()
    for answer in TextAnswer.allCases { TextResponse.write(answer, to: &sink) }
    for error in TextError.allCases { TextResponse.write(error, to: &sink) }
    var offset = 0
    var replies = 0
    while case .reply(_, let count) = TextReplyParser.parse(sink.bytes.span, from: offset) {
      offset += count
      replies += 1
    }
    #expect(offset == sink.bytes.count)
    #expect(replies == TextAnswer.allCases.count + TextError.allCases.count)
  }

  @Test("never traps on random bytes")
  func fuzz() {
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    let words = ["VALUE ", "k ", "0 ", "5 ", "18446744073709551615 ", "\r\n", "END\r\n", "STAT ", "abc", "-1 ", "\n"]
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        bytes += (words.randomElement(using: &random) ?? "").utf8
        if Int.random(in: 0..<10, using: &random) == 0 { bytes.append(.random(in: 0...255, using: &random)) }
      }
      var offset = 0
      while case .reply(_, let count) = TextReplyParser.parse(bytes.span, from: offset) {
        #expect(count > 0 && offset + count <= bytes.count, "seed \(seed)")
        offset += count
      }
    }
  }
}
