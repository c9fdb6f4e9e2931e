import ItemStore
import Testing

@testable import CacheServer

@Suite("Values on their way into their items")
struct ReceivedValueTests {
  @Test("Of the input only what is missing is taken, and none twice") func taken() throws {
    let rig = try WorkerRig()
    let (store, key) = (rig.store, [UInt8]("a".utf8))
    let moment = rig.context.moment()
    guard
      case .pending(var pending) = store.reserve(
        key.span, clientFlags: 0, expiresAt: 0, valueCount: 5, now: moment.seconds)
    else { throw CancellationError() }
    let input = [UInt8]("--abcde++".utf8)
    var consumed = 2
    let first = store.take(Array(input.prefix(4)).span, &consumed, into: &pending, now: moment.seconds)
    #expect(first && consumed == 4)
    let second = store.take(input.span, &consumed, into: &pending, now: moment.seconds)
    #expect(second && consumed == 7)
    let third = store.take(input.span, &consumed, into: &pending, now: moment.seconds)
    #expect(third && consumed == 7)
    _ = store.commit(pending, mode: .set, hash: store.hash(key.span), at: moment, journal: nil)
    #expect(try rig.client().ask("get a\r\n") == "VALUE a 0 5\r\nabcde\r\nEND\r\n")
  }
}
