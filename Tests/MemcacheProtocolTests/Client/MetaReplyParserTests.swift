import MemcacheProtocol
import TestSupport
import Testing

@Suite("The client's reader of meta answers")
struct MetaReplyParserTests {
  static let table: [(text: String, reading: String)] = [
    ("HD\r\n", "done []"), ("HD O1 c7\r\n", "done [O1 c7]"), ("EN\r\n", "miss []"), ("NS O1\r\n", "notStored [O1]"),
    ("EX\r\n", "exists []"), ("NF k\r\n", "notFound [k]"), ("MN\r\n", "noop []"),
    ("ME k exp=-1\r\n", "debug [k exp=-1]"),
    ("VA 0\r\n\r\n", "[] []"), ("VA 3 f1 Oab\r\nabc\r\n", "[f1 Oab] [abc]"),
    ("VA 4 t\r\n\r\n\r\n\r\n", "[t] [\r\n\r\n]"),
    ("ERROR\r\n", "error ERROR"), ("CLIENT_ERROR invalid flag\r\n", "error CLIENT_ERROR invalid flag"),
    ("SERVER_ERROR out of memory storing object\r\n", "error SERVER_ERROR out of memory storing object"),
  ]

  private static func describe(_ parse: MetaReplyParse, _ input: [UInt8]) -> String {
    func text(_ range: ByteRange) -> String {
      String(decoding: input[range.lowerBound..<range.upperBound], as: UTF8.self)
    }
    guard case .reply(let reply, _) = parse else { return parse == .malformed ? "malformed" : "incomplete" }
    switch reply {
    case .item(let flags, let value): return "[\(text(flags))] [\(text(value))]"
    case .answer(let answer, let flags): return "\(answer) [\(text(flags))]"
    case .error(let line): return "error \(text(line))"
    }
  }

  @Test("reads each answer whole, byte by byte, and before another", arguments: table)
  func answers(_ text: String, _ reading: String) {
    let bytes = Array(text.utf8)
    for end in 0..<bytes.count {
      let part = Array(bytes[..<end])
      #expect(MetaReplyParserTests.describe(MetaReplyParser.parse(part.span), part) == "incomplete")
    }
    let more = bytes + Array("HD\r\n".utf8)
    #expect(MetaReplyParserTests.describe(MetaReplyParser.parse(bytes.span), bytes) == reading)
    #expect(MetaReplyParserTests.describe(MetaReplyParser.parse(more.span), more) == reading)
    #expect(
      MetaReplyParser.parse(more.span, from: bytes.count) == .reply(.answer(.done, flags: flagsOfEnd(more)), count: 4))
  }

  private func flagsOfEnd(_ bytes: [UInt8]) -> ByteRange { ByteRange(start: bytes.count - 2, count: 0) }

  @Test(
    "takes nothing else for an answer",
    arguments: [
      "\r\n", "\n", "HD\n", "hd\r\n", "HDX\r\n", "VA\r\n", "VA x\r\n", "VA 2147483648\r\n", "VA 1\r\nab\r\n", "OK\r\n",
      "CLIENT\r\n", "ERRORS\r\n", String(repeating: "H", count: 2049),
    ])
  func malformed(_ text: String) {
    let bytes = Array(text.utf8)
    #expect(MetaReplyParser.parse(bytes.span) == .malformed)
  }
}
