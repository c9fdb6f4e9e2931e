import ItemStore
import Testing

@testable import ItemStore

@Suite("How many items there are of which size")
struct ItemStoreSizesTests {
  private func counts(_ store: TestStore, now: UInt32 = 100) -> [Int: Int] {
    var walk = ItemStore.SizeWalk()
    while store.store.countSizes(&walk, buckets: 3, now: now) {}
    return walk.counts
  }

  @Test("Sizes are counted by steps of 32 bytes; the dead and tombstones are not") func sizes() throws {
    let store = try TestStore(expectsPeer: true)
    #expect(counts(store) == [:])
    // 20 bytes of header and 2 of key.
    for number in 10..<20 { store.store(bytes("\(number)"), [UInt8](repeating: 1, count: 10)) }
    store.store(bytes("20"), [UInt8](repeating: 1, count: 11))
    store.store(bytes("21"), [UInt8](repeating: 1, count: 700_000))
    store.store(bytes("22"), [1], expiresAt: 101)
    store.store(bytes("23"), [1])
    store.delete(bytes("23"))
    let counted = counts(store)
    #expect(counted[32] == 11 && counted[64] == 1 && counted.values.reduce(0, +) == 13)
    #expect(counted.keys.allSatisfy { $0.isMultiple(of: 32) } && counted.keys.contains { $0 >= 700_000 })
    #expect(counts(store, now: 101)[32] == 10)
  }
}
