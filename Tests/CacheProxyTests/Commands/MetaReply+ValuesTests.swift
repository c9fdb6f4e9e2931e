import MemcacheProtocol
import Testing

@testable import CacheProxy

struct MetaReplyValuesTests {
  private func reply(_ text: String) throws -> MetaReply {
    guard case .reply(let reply, _) = MetaReplyParser.parse(Array(text.utf8).span) else { throw NoReply() }
    return reply
  }

  private struct NoReply: Error {}

  @Test(
    arguments: [
      ("HD\r\n", .success), ("EN\r\n", .miss), ("NF k1\r\n", .miss), ("NS\r\n", .miss), ("EX\r\n", .miss),
      ("MN\r\n", .success), ("ME k exp=-1\r\n", .success), ("VA 3 f0\r\nabc\r\n", .success), ("ERROR\r\n", .mainError),
      ("SERVER_ERROR out of memory\r\n", .mainError), ("CLIENT_ERROR bad\r\n", .mainError),
    ] as [(String, PendingRequest.Rank)])
  func `of two servers' answers the one that has done more is the client's`(
    text: String, rank: PendingRequest.Rank
  ) throws {
    #expect(try reply(text).rank == rank)
  }

  @Test func `misses, successes and errors are told apart`() throws {
    #expect(try reply("EN\r\n").isMiss && reply("NF\r\n").isNotFound && reply("HD\r\n").isSuccess)
    #expect(try reply("ERROR\r\n").isError && !reply("NF\r\n").isMiss && !reply("EX\r\n").isSuccess)
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

  @Test(arguments: [
    "VA 0 f0\r\n\r\n", "VA 0 t5\r\n\r\n", "VA 0 fx t5\r\n\r\n", "VA 0 f99999999999 t5\r\n\r\n", "HD\r\n",
  ])
  func `without flags and life nothing is copied`(text: String) {
    let found = value(of: Array(text.utf8))
    #expect(found == nil)
  }

  private func value(of text: [UInt8]) -> ProxyState.FoundValue? {
    guard case .reply(let reply, _) = MetaReplyParser.parse(text.span) else { return nil }
    return reply.found(in: text.span)
  }

  @Test func `a cas unique is found behind c`() {
    let (told, untold) = (Array("HD c17\r\n".utf8), Array("STORED\r\n".utf8))
    let (cas, none) = (MetaReply.cas(in: told.span), MetaReply.cas(in: untold.span))
    #expect(cas == 17)
    #expect(none == nil)
  }
}
