import Testing

@testable import ItemStore

@Suite("What slab classes count")
struct SlabAllocatorAccountingTests {
  @Test("Chunks handed out once stay counted when they are free again, and are not counted twice")
  func carvedChunks() throws {
    let store = try TestStore(megabytes: 8)
    func counts() -> (used: Int, carved: Int) {
      let classes = store.store.slabStatistics
      return (classes.reduce(0) { $0 + $1.usedChunks }, classes.reduce(0) { $0 + $1.carvedChunks })
    }
    for number in 0..<1000 { store.store(bytes("key \(number)"), [UInt8](repeating: 1, count: 50)) }
    let full = counts()
    #expect(full.used == 1000 && full.carved >= 1000)
    for number in 0..<400 { store.delete(bytes("key \(number)")) }
    #expect(counts() == (600, full.carved))
    for number in 0..<400 { store.store(bytes("key \(number)"), [UInt8](repeating: 1, count: 50)) }
    #expect(counts() == full)
    #expect(store.store.audit() == [])
  }

  @Test("A page that moves takes its chunks out of its class's count")
  func movedPages() throws {
    let store = try TestStore(megabytes: 4, bucketPower: 14)
    for number in 0..<40_000 { store.store(bytes("small \(number)"), [UInt8](repeating: 1, count: 60)) }
    for number in 0..<2_000 {
      store.store(bytes("large \(number % 300)"), [UInt8](repeating: 2, count: 5_000))
      if number % 50 == 0 { store.movePages() }
    }
    #expect(store.store.statistics.movedPages > 0)
    for slab in store.store.slabStatistics { #expect(slab.carvedChunks <= slab.totalChunks) }
    #expect(store.store.audit() == [])
  }
}
