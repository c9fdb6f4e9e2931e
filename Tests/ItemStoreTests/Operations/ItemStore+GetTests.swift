import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("Reading and pinning")
struct ReadingTests {
  private func pin(_ store: TestStore, _ key: String) -> PinnedItem? {
    var pinned: PinnedItem?
    let key = bytes(key)
    store.store.view(key.span, hash: store.store.hash(key.span), now: 100) { pinned = store.store.pin($0) }
    return pinned
  }

  private func value(_ store: TestStore, _ pinned: PinnedItem, from offset: Int = 0) -> [UInt8] {
    var value: [UInt8] = []
    store.store.forEachPiece(of: pinned, from: offset) {
      value += bytes($0)
      return true
    }
    return value
  }

  @Test(
    "A pinned value outlives overwriting, deleting, counting up and flushing, and is freed when let go",
    arguments: [5, 3000, 1_500_000])
  func pinned(count: Int) throws {
    let store = try TestStore(maxItemSize: 8 << 20)
    let old = [UInt8](repeating: UInt8(ascii: "7"), count: count)
    let changes: [(TestStore) -> Void] = [
      { $0.store(bytes("k"), [1, 2, 3]) }, { $0.delete(bytes("k")) }, { $0.increment(bytes("k"), by: 1) },
      { $0.touch(bytes("k"), expiresAt: 500) },
      {
        $0.store.flush(delay: 0, at: TestStore.moment(), journal: nil)
        _ = $0.get(bytes("k"))
      },
      { $0.store(bytes("k"), [9], mode: .append) },
      {
        $0.store.notePairing(); $0.delete(bytes("k"))
      }, { $0.apply(bytes("k"), [4], stamp: 1 << 61) },
    ]
    for change in changes {
      store.store(bytes("k"), old)
      let pinned = try #require(pin(store, "k"))
      change(store)
      #expect(value(store, pinned) == old)
      #expect(value(store, pinned, from: count - 2) == [UInt8](repeating: UInt8(ascii: "7"), count: 2))
      store.store.unpin(pinned)
      #expect(store.store.audit() == [])
    }
  }

  @Test("Only so many may pin an item; those who join to it still can")
  func maxPins() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    var pins: [PinnedItem] = []
    while let pinned = pin(store, "k") { pins.append(pinned) }
    #expect(pins.count == ItemState.maxSenders)
    if case .stored = store.store(bytes("k"), [2], mode: .append) {} else { Issue.record("append is refused") }
    #expect(store.get(bytes("k"))?.value == [1, 2])
    for pinned in pins { store.store.unpin(pinned) }
    #expect(store.store.audit() == [])
  }

  @Test("A value in pieces is shown from any offset, whole", arguments: [0, 1, 524_267, 524_268, 524_269, 1_200_000])
  func pieces(offset: Int) throws {
    let store = try TestStore(maxItemSize: 8 << 20)
    var random = SeededRandom(seed: 5)
    let held = random.value(1_200_001)
    store.store(bytes("k"), held)
    var shown: [UInt8] = []
    store.store.view(bytes("k").span, hash: store.store.hash(bytes("k").span), now: 100) { view in
      let isChained = view.isChained
      #expect(isChained)
      view.forEachPiece(from: offset) {
        shown += bytes($0)
        return true
      }
    }
    #expect(shown == Array(held[offset...]))
  }

  @Test("A tombstone is shown to the link and to no client")
  func tombstone() throws {
    let store = try TestStore()
    store.store.notePairing()
    store.store(bytes("k"), [1], flags: 9, expiresAt: 200)
    store.delete(bytes("k"))
    #expect(store.get(bytes("k")) == nil)
    let left = try #require(store.getAny(bytes("k")))
    #expect(left.isTombstone && left.value == [] && left.flags == 0 && left.expiresAt == 0)
    #expect(store.store.statistics.itemCount == 0)
    #expect(!store.store.viewAny(bytes("other").span, hash: store.store.hash(bytes("other").span)) { _ in })
  }
}
