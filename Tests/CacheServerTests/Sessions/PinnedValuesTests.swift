import ItemStore
import Testing

@testable import CacheServer
@testable import ItemStore

@Suite("Senders of large values")
struct PinnedValuesTests {
  /// Held by so many as one wake-up may, and with `shared` put aside each time.
  static func hold(_ count: Int, shared: Bool, _ pins: inout PinnedValues, _ rig: WorkerRig) -> [UInt32] {
    let store = rig.store
    let key: [UInt8] = [UInt8(ascii: "a")]
    var values: [UInt32] = []
    for _ in 0..<count {
      store.view(key.span, hash: store.hash(key.span), now: rig.context.moment().seconds) { item in
        if let value = pins.pin(item) { values.append(value) }
      }
      if shared { pins.keep(values[values.count - 1]) }
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
    var pins = PinnedValues(store: rig.store)
    let values = Self.hold(1_000, shared: true, &pins, rig)
    #expect(values.count == 1_000)
    let chunk = pins.item(of: values[0]).reference
    #expect(rig.store.audit() == ["chunk \(chunk) is pinned 1 times"])
    for value in values.dropLast() { pins.release(value) }
    #expect(!rig.store.audit().isEmpty)
    pins.release(values[values.count - 1])
    #expect(rig.store.audit() == [])
  }

  @Test("One that is sent at once has a pin of its own, beside that of those who wait") func brief() throws {
    let rig = try Self.rig()
    var pins = PinnedValues(store: rig.store)
    let waiting = Self.hold(3, shared: true, &pins, rig)
    let brief = Self.hold(2, shared: false, &pins, rig)
    let chunk = pins.item(of: brief[0]).reference
    #expect(rig.store.audit() == ["chunk \(chunk) is pinned 3 times"])
    for value in brief { pins.release(value) }
    #expect(rig.store.audit() == ["chunk \(chunk) is pinned 1 times"])
    for value in waiting { pins.release(value) }
    #expect(rig.store.audit() == [])
  }

  @Test("Where half the pins are taken, the pin is shared from the beginning") func crowded() throws {
    let rig = try Self.rig()
    var pins = PinnedValues(store: rig.store)
    let values = Self.hold(1_000, shared: false, &pins, rig)
    #expect(values.count == 1_000)
    let chunk = pins.item(of: values[0]).reference
    #expect(rig.store.audit() == ["chunk \(chunk) is pinned \(ItemState.maxBriefSenders + 1) times"])
    for value in values { pins.release(value) }
    #expect(rig.store.audit() == [])
  }

  @Test("Who shares a pin goes on sharing it when the item can count no more, and nobody else gets one")
  func full() throws {
    let rig = try Self.rig()
    var pins = PinnedValues(store: rig.store)
    let first = Self.hold(1, shared: true, &pins, rig)
    let key: [UInt8] = [UInt8(ascii: "a")]
    var others: [PinnedItem] = []
    for _ in 0..<ItemState.maxSenders {
      rig.store.view(key.span, hash: rig.store.hash(key.span), now: rig.context.moment().seconds) {
        if let item = rig.store.pin($0) { others.append(item) }
      }
    }
    #expect(others.count == ItemState.maxSenders - 1)
    var late = PinnedValues(store: rig.store)
    #expect(Self.hold(1, shared: false, &late, rig).isEmpty)
    let more = Self.hold(5, shared: false, &pins, rig)
    #expect(more.count == 5)
    let chunk = pins.item(of: first[0]).reference
    #expect(rig.store.audit() == ["chunk \(chunk) is pinned \(ItemState.maxSenders) times"])
    for value in first + more { pins.release(value) }
    for item in others { rig.store.unpin(item) }
    #expect(rig.store.audit() == [])
  }
}
