import ItemStore
import Testing

@testable import ItemStore

@Suite("Overwriting")
struct OverwritingTests {
  @Test("A value of about the same size takes the old one's place: same chunk, all else new")
  func inPlace() throws {
    let store = try TestStore()
    let journal = ListJournal()
    store.store(bytes("k"), [UInt8](repeating: 1, count: 100), flags: 1, expiresAt: 300)
    let reference = store.reference(bytes("k"))
    let before = try #require(store.get(bytes("k")))
    for count in [100, 99, 101] {
      let value = [UInt8](repeating: UInt8(count), count: count)
      let outcome = store.store(bytes("k"), value, flags: 7, expiresAt: 0, journal: journal)
      let held = try #require(store.get(bytes("k")))
      #expect(outcome == .stored(held.stamp) && held.stamp > before.stamp)
      #expect(held.value == value && held.flags == 7 && held.expiresAt == 0)
      #expect(journal.items.last == held && journal.depth == 0)
      #expect(store.reference(bytes("k")) == reference)
      #expect(store.store.statistics.itemBytes == 20 + 1 + count)
      #expect(store.store.audit() == [])
    }
    #expect(journal.items.count == 3)
  }

  @Test("So does what the peer says, if its stamp is higher")
  func peersInPlace() throws {
    let store = try TestStore()
    store.store.notePairing()
    #expect(store.apply(bytes("k"), [UInt8](repeating: 1, count: 100), stamp: 100, flags: 1) == .applied)
    let reference = store.reference(bytes("k"))
    for (number, count) in [100, 99, 101].enumerated() {
      let value = [UInt8](repeating: UInt8(count), count: count)
      let stamp = UInt64(200 + 2 * number)
      #expect(store.apply(bytes("k"), value, stamp: stamp, flags: 7) == .applied)
      let held = try #require(store.get(bytes("k")))
      #expect(held.value == value && held.flags == 7 && held.stamp.rawValue == stamp)
      #expect(store.reference(bytes("k")) == reference)
      #expect(store.store.statistics.itemBytes == 20 + 1 + count)
      #expect(store.store.audit() == [])
    }
    #expect(store.apply(bytes("k"), [UInt8](repeating: 3, count: 100), stamp: 202) == .ignoredOlder)
    #expect(store.get(bytes("k"))?.value == [UInt8](repeating: 101, count: 101))
    #expect(store.apply(bytes("k"), [UInt8](repeating: 3, count: 300), stamp: 206) == .applied)
    #expect(store.reference(bytes("k")) != reference)
  }

  /// A sender holds the value 1 2 3, and `overwrite` puts 4 5 6 in its place.
  private func expectPinnedStays(_ key: [UInt8], _ store: TestStore, overwrite: () -> Void) throws {
    var pinned: PinnedItem?
    store.store.view(key.span, hash: store.store.hash(key.span), now: 100) { pinned = store.store.pin($0) }
    let sent = try #require(pinned)
    overwrite()
    var seen: [UInt8] = []
    store.store.forEachPiece(of: sent, from: 0) {
      seen += bytes($0); return true
    }
    #expect(seen == [1, 2, 3])
    #expect(store.get(key)?.value == [4, 5, 6])
    store.store.unpin(sent)
    #expect(store.store.audit() == [])
  }

  @Test("What a sender has pinned stays as it is when the peer overwrites it")
  func peersPinned() throws {
    let store = try TestStore()
    store.store.notePairing()
    let key = bytes("k")
    store.apply(key, [1, 2, 3], stamp: 100)
    try expectPinnedStays(key, store) { #expect(store.apply(key, [4, 5, 6], stamp: 102) == .applied) }
  }

  @Test("The new value counts as not fetched")
  func fetched() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    _ = store.get(bytes("k"))
    store.store(bytes("k"), [2])
    var wasFetched = true
    store.store.viewAny(bytes("k").span, hash: store.store.hash(bytes("k").span)) { wasFetched = $0.wasFetched }
    #expect(!wasFetched)
  }

  @Test("What a sender has pinned stays as it is, and the new value gets a chunk of its own")
  func pinned() throws {
    let store = try TestStore()
    let key = bytes("k")
    store.store(key, [1, 2, 3])
    try expectPinnedStays(key, store) { store.store(key, [4, 5, 6]) }
  }

  @Test("Another size of chunk, a tombstone and a chained item are not overwritten but replaced")
  func replaced() throws {
    let store = try TestStore(maxItemSize: 4 << 20)
    store.store.notePairing()
    for (before, after) in [(10, 1000), (1000, 10), (1_000_000, 10), (10, 1_000_000), (1_000_000, 1_000_000)] {
      store.store(bytes("k"), [UInt8](repeating: 1, count: before))
      let reference = store.reference(bytes("k"))
      store.store(bytes("k"), [UInt8](repeating: 2, count: after))
      #expect(store.get(bytes("k"))?.value == [UInt8](repeating: 2, count: after))
      #expect(store.reference(bytes("k")) != reference)
    }
    store.store(bytes("k"), [1])
    store.delete(bytes("k"))
    store.store(bytes("k"), [2])
    #expect(store.get(bytes("k"))?.value == [2])
    #expect(store.store.audit() == [])
  }

  @Test("A value that grows beyond the largest item is refused though its chunk has space")
  func maxItemSize() throws {
    let store = try TestStore(maxItemSize: 1000)
    store.store(bytes("k"), [UInt8](repeating: 0, count: 1000 - 21))
    #expect(store.store(bytes("k"), [UInt8](repeating: 0, count: 1000 - 20)) == .tooLarge)
  }

  @Test("Expired and flushed items are overwritten as if they were not there")
  func dead() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1], expiresAt: 101)
    let later = TestStore.moment(5000)
    #expect(store.store(bytes("k"), [2], mode: .replace, at: later) == .notStored)
    #expect(store.store(bytes("k"), [2], mode: .add, at: later) != .notStored)
    store.store.flush(delay: 0, at: later, journal: nil)
    #expect(store.store(bytes("k"), [3], mode: .replace, at: later) == .notStored)
    store.store(bytes("k"), [3], at: later)
    #expect(store.get(bytes("k"), at: later)?.value == [3])
  }

  @Test("A full store that does not evict still overwrites")
  func full() throws {
    let store = try TestStore(megabytes: 2, refusesWhenFull: true)
    var count = 0
    while store.store(bytes("k\(count)"), [UInt8](repeating: 1, count: 900)) != .outOfMemory { count += 1 }
    #expect(store.store(bytes("k5"), [UInt8](repeating: 2, count: 900)) != .outOfMemory)
    #expect(store.get(bytes("k5"))?.value == [UInt8](repeating: 2, count: 900))
  }
}
