import ItemStore
import Testing

@testable import CacheServer
@testable import ItemStore

@Suite("Senders of large values")
struct ValueSendersTests {
  /// Held by so many as one wake-up may, and with `shared` put aside each time.
  static func hold(_ count: Int, shared: Bool, _ senders: inout ValueSenders, _ rig: WorkerRig) -> [HeldValue] {
    let store = rig.store
    let key: [UInt8] = [UInt8(ascii: "a")]
    var values: [HeldValue] = []
    for _ in 0..<count {
      store.view(key.span, hash: store.hash(key.span), now: rig.context.moment().seconds) { item in
        if let value = senders.hold(item, in: store) { values.append(value) }
      }
      if shared { senders.share(&values[values.count - 1], in: store) }
    }
    return values
  }

  static func rig() throws -> WorkerRig {
    let rig = try WorkerRig()
    _ = try rig.client().ask("set a 0 0 1\r\nx\r\n")
    return rig
  }

  @Test("However many wait with a value, it is pinned once, until the last has sent it") func pinnedOnce() throws {
    let rig = try Self.rig()
    var senders = ValueSenders()
    let values = Self.hold(1_000, shared: true, &senders, rig)
    #expect(values.count == 1_000)
    #expect(rig.store.audit() == ["chunk \(values[0].item.reference) is pinned 1 times"])
    for value in values.dropLast() { senders.release(value, in: rig.store) }
    #expect(!rig.store.audit().isEmpty)
    senders.release(values[0], in: rig.store)
    #expect(rig.store.audit() == [])
  }

  @Test("One that is sent at once has a pin of its own, beside that of those who wait") func brief() throws {
    let rig = try Self.rig()
    var senders = ValueSenders()
    let waiting = Self.hold(3, shared: true, &senders, rig)
    let brief = Self.hold(2, shared: false, &senders, rig)
    #expect(rig.store.audit() == ["chunk \(brief[0].item.reference) is pinned 3 times"])
    for value in brief { senders.release(value, in: rig.store) }
    #expect(rig.store.audit() == ["chunk \(brief[0].item.reference) is pinned 1 times"])
    for value in waiting { senders.release(value, in: rig.store) }
    #expect(rig.store.audit() == [])
  }

  @Test("Where half the pins are taken, the pin is shared from the beginning") func crowded() throws {
    let rig = try Self.rig()
    var senders = ValueSenders()
    let values = Self.hold(1_000, shared: false, &senders, rig)
    #expect(values.count == 1_000)
    #expect(values.count { $0.isShared } == 1_000 - ItemState.maxBriefSenders)
    #expect(
      rig.store.audit()
        == ["chunk \(values[0].item.reference) is pinned \(ItemState.maxBriefSenders + 1) times"])
    for value in values { senders.release(value, in: rig.store) }
    #expect(rig.store.audit() == [])
  }
}
