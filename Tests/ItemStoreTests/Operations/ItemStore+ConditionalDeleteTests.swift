import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("Deleting with conditions")
struct ConditionalDeleteTests {
  static let sizes = Array(0...30) + [5_000, 524_240, 524_260, 600_000]

  @Test("Marking as stale leaves the value, gives a new cas, and a new expiry only if it is said", arguments: sizes)
  func marksStale(size: Int) throws {
    let store = try TestStore(maxItemSize: 4 << 20)
    let journal = ListJournal()
    var random = SeededRandom(seed: UInt64(size))
    let value = random.value(size)
    store.store(bytes("k"), value, flags: 9, expiresAt: 130)
    #expect(store.letters(bytes("k"), MetaGetOptions(recachesBefore: 200)) == "W")
    let before = try #require(store.get(bytes("k")))
    #expect(store.delete(bytes("k"), DeleteConditions(unique: 5, marksStale: true)) == .exists)
    #expect(store.get(bytes("k")) == before)
    let conditions = DeleteConditions(unique: before.cas, marksStale: true)
    guard case .stored(let stamp) = store.delete(bytes("k"), conditions, journal: journal) else {
      Issue.record("not marked")
      return
    }
    let held = try #require(store.get(bytes("k")))
    #expect(held.value == value && held.flags == 9 && held.expiresAt == 130)
    #expect(held.version == before.version.changed(at: stamp) && held.cas == stamp.rawValue)
    #expect(held.marks == ItemMarks(isStale: true) && journal.items.map(\.version) == [held.version])
    #expect(journal.depth == 0 && store.store.audit() == [])
    store.delete(bytes("k"), DeleteConditions(marksStale: true, expiresAt: 140, explicitCAS: 3))
    #expect(store.get(bytes("k"))?.expiresAt == 140 && store.get(bytes("k"))?.cas == 3)
    #expect(store.delete(bytes("none"), conditions, journal: journal) == .notFound && journal.items.count == 1)
    #expect(store.store.audit() == [])
  }

  @Test("Dropping the value leaves an empty item with the old cas", arguments: sizes)
  func dropsValue(size: Int) throws {
    let store = try TestStore(maxItemSize: 4 << 20)
    let journal = ListJournal()
    store.store(bytes("k"), [UInt8](repeating: 1, count: size), flags: 9, expiresAt: 130)
    let before = try #require(store.get(bytes("k")))
    store.delete(bytes("k"), DeleteConditions(dropsValue: true), journal: journal)
    let held = try #require(store.getAny(bytes("k")))
    #expect(held.value == [] && held.flags == 0 && held.expiresAt == 0 && held.cas == before.cas)
    #expect(held.version.isFresh && held.stamp > before.stamp && !held.wasFetched && !held.marks.isStale)
    #expect(journal.items.map(\.version) == [held.version])
    store.delete(
      bytes("k"), DeleteConditions(marksStale: true, dropsValue: true, expiresAt: 140, clientFlags: 2))
    let stale = try #require(store.get(bytes("k")))
    #expect(stale.marks == ItemMarks(isStale: true) && stale.cas == stale.stamp.rawValue)
    #expect(stale.expiresAt == 140 && stale.flags == 2)
    #expect(store.store.audit() == [])
  }

  @Test("Without either the item goes")
  func plain() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1], .set, StoreConditions(explicitCAS: 4))
    #expect(store.delete(bytes("k"), DeleteConditions(unique: 5)) == .exists)
    #expect(store.delete(bytes("k"), DeleteConditions(unique: 4)) == .stored(.zero))
    #expect(store.get(bytes("k")) == nil)
  }
}
