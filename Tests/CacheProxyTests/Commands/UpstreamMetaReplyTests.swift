import MemcacheProtocol
import Testing

@testable import CacheProxy

struct UpstreamMetaReplyTests {
  private func parse(_ text: String) -> UpstreamMetaReply.Parse {
    UpstreamMetaReply.parse(Array(text.utf8).span, from: 0)
  }

  @Test(
    arguments: [
      ("HD\r\n", .success), ("EN\r\n", .miss), ("NF k1\r\n", .notFound), ("NS\r\n", .refused), ("EX\r\n", .refused),
      ("MN\r\n", .other), ("VA 3 f0\r\nabc\r\n", .value), ("ERROR\r\n", .error),
      ("SERVER_ERROR out of memory\r\n", .error), ("CLIENT_ERROR bad\r\n", .error),
    ] as [(String, UpstreamMetaReply.Code)])
  func `each code is known, and as long as it is`(text: String, code: UpstreamMetaReply.Code) throws {
    guard case .answer(let answer) = parse(text) else {
      Issue.record("no answer: \(text)")
      return
    }
    #expect(answer.code == code)
    #expect(answer.count == text.utf8.count)
  }

  @Test(arguments: ["HD\r\n", "VA 3 f0 t-1\r\nabc\r\n", "SERVER_ERROR x\r\n"])
  func `a part of an answer is incomplete, each`(text: String) {
    for count in 0..<text.utf8.count {
      // Of the bytes: to Swift, CRLF is one character.
      let part = String(decoding: text.utf8.prefix(count), as: UTF8.self)
      guard case .incomplete(let needed) = parse(part) else {
        Issue.record("\(count) bytes of \(text) are \(parse(part))")
        continue
      }
      #expect(needed > count)
    }
  }

  @Test(
    arguments: [
      "\r\n", "X\r\n", "XX\r\n", "HDx\r\n", "VA\r\n", "VA x\r\n", "VA -1\r\n", "VA 99999999999999999999\r\n",
      "VA 3\r\nabcd\r\n", "HD\n", "VALUE a 0 1\r\n", "\0\0\0\r\n", String(repeating: "a", count: 9000),
    ])
  func `nonsense is malformed`(text: String) {
    guard case .malformed = parse(text) else {
      Issue.record("\(text.prefix(40)) is \(parse(text))")
      return
    }
  }

  @Test func `a value's flags and life are read`() throws {
    let text = Array("VA 2 f7 t90 c12\r\nhi\r\n".utf8)
    let found = try #require(value(of: text))
    #expect(found.flags == 7 && found.exptime == 90 && found.cas == 12)
    #expect(found.value.lowerBound == 17 && found.value.count == 2)
  }

  @Test(arguments: [("t-1", 0), ("t0", -1), ("t9999999", 2_592_000)])
  func `for ever is 0, what is over is worth no copy, and no life is taken for a time of the calendar`(
    word: String, exptime: Int64
  ) throws {
    let text = Array("VA 0 f0 \(word)\r\n\r\n".utf8)
    #expect(try #require(value(of: text)).exptime == exptime)
  }

  private func value(of text: [UInt8]) -> ProxyState.FoundValue? {
    guard case .answer(let answer) = UpstreamMetaReply.parse(text.span, from: 0) else { return nil }
    return answer.found(in: text.span)
  }

  @Test func `a cas unique is found behind c`() {
    let (told, untold) = (Array("HD c17\r\n".utf8), Array("STORED\r\n".utf8))
    let (cas, none) = (UpstreamMetaReply.cas(in: told.span), UpstreamMetaReply.cas(in: untold.span))
    #expect(cas == 17)
    #expect(none == nil)
  }
}
