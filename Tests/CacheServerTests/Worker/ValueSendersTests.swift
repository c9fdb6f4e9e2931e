import ItemStore
import Testing

@testable import CacheServer
@testable import ItemStore

@Suite("Senders of large values")
struct ValueSendersTests {
  @Test("However many send a value, it is pinned once, until the last has sent it") func pinnedOnce() throws {
    let rig = try WorkerRig()
    let store = rig.store
    _ = try rig.client().ask("set a 0 0 1\r\nx\r\n")
    let key: [UInt8] = [UInt8(ascii: "a")]
    var senders = ValueSenders()
    var pinned: [PinnedItem] = []
    for _ in 0..<1_000 {
      store.view(key.span, hash: store.hash(key.span), now: rig.context.moment().seconds) { item in
        if let pin = senders.pin(item, in: store) { pinned.append(pin) }
      }
    }
    #expect(pinned.count == 1_000)
    #expect(store.audit() == ["chunk \(pinned[0].reference) is pinned 1 times"])
    for pin in pinned.dropLast() { senders.unpin(pin, in: store) }
    #expect(!store.audit().isEmpty)
    senders.unpin(pinned[0], in: store)
    #expect(store.audit() == [])
  }
}
