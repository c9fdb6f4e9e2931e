import ItemStore
import Testing

@testable import ItemStore

@Suite("Removing an item")
struct MutationTests {
  @Test("A delete removes once, with a condition only what meets it; without a peer nothing stays")
  func delete() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    #expect(store.delete(bytes("k"), unique: 7) == .exists)
    let unique = try #require(store.get(bytes("k"))).cas
    store.touch(bytes("k"), expiresAt: 0)
    let stamp = try #require(store.get(bytes("k"))).stamp
    #expect(store.delete(bytes("k"), unique: stamp.rawValue) == .exists)
    #expect(store.delete(bytes("k"), unique: unique) == .stored(.zero))
    store.store(bytes("k"), [1])
    #expect(store.delete(bytes("k")) == .stored(.zero))
    #expect(store.delete(bytes("k")) == .notFound)
    #expect(store.getAny(bytes("k")) == nil)
    #expect(store.store.slabStatistics.allSatisfy { $0.usedChunks == 0 && $0.requestedBytes == 0 })
  }
}
