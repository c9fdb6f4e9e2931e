import ItemStore
import Testing

@testable import ItemStore

@Suite("Changing an item where it is")
struct MutationTests {
  @Test("A touch gives a new expiry and a new stamp, and misses what is dead")
  func touch() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    let before = try #require(store.get(bytes("k")))
    #expect(store.touch(bytes("k"), expiresAt: 150) == .hit)
    let after = try #require(store.get(bytes("k")))
    #expect(after.expiresAt == 150 && after.stamp > before.stamp && after.value == [1])
    #expect(store.touch(bytes("k"), expiresAt: 0, at: TestStore.moment(60_000)) == .miss)
    #expect(store.touch(bytes("none"), expiresAt: 0) == .miss)
  }

  @Test("A delete removes once, with a condition only what meets it; without a peer nothing stays")
  func delete() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    #expect(store.delete(bytes("k"), unique: Stamp(rawValue: 7)) == .exists)
    #expect(store.delete(bytes("k")) == .stored(.zero))
    #expect(store.delete(bytes("k")) == .notFound)
    #expect(store.getAny(bytes("k")) == nil)
    #expect(store.store.slabStatistics.allSatisfy { $0.usedChunks == 0 && $0.requestedBytes == 0 })
  }
}
