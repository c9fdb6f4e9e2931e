import TestSupport
import Testing

@testable import CacheServer
@testable import MemcacheProtocol

@Suite("Looking ahead at keys")
struct KeyLookaheadTests {
  @Test("Every key has its own hash, whether it was looked at or not, and whatever stands between") func hashes() throws
  {
    let store = try WorkerRig().store
    let frames = (0..<100).flatMap { [BinaryFrame.get("key\($0)"), .noop, .set("s\($0)", "value")] }
    let input = frames.numbered + [0x80, 0x00]
    var lookahead = KeyLookahead()
    var (position, requests, keys, fills) = (0, 0, 0, 0)
    while case .request(let request) = BinaryParser.parse(input.span, from: position) {
      if position >= lookahead.end {
        lookahead.fill(input.span, from: position, atMost: 1_000, store)
        fills += 1
      }
      position = request.next + request.valueCount
      requests += 1
      // Of some keys nobody asks for the hash.
      if request.key.isEmpty || requests % 7 == 3 { continue }
      keys += 1
      #expect(lookahead.hash(request.key, input.span, store) == store.hash(input.span.bytes(in: request.key)))
    }
    #expect(fills < 10 && keys > 100)
  }

  @Test("What is not whole is left alone") func partial() throws {
    let store = try WorkerRig().store
    var lookahead = KeyLookahead()
    for count in 0..<27 {
      let input = Array(BinaryFrame.get("key").bytes.prefix(count))
      lookahead.fill(input.span, from: 0, atMost: 1_000, store)
      let end = lookahead.end
      #expect(end == (count == 27 ? 27 : 1))
    }
  }
}
