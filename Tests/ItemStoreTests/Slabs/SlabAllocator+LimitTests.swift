import ItemStore
import Testing

@testable import ItemStore

@Suite("The limit of memory, changed while the cache is used")
struct SlabAllocatorLimitTests {
  private func store(_ megabytes: Int, ceiling: Int? = nil, refuses: Bool = false) throws -> ItemStore {
    var configuration = StoreConfiguration()
    configuration.memoryLimit = megabytes << 20
    configuration.memoryCeiling = ceiling.map { $0 << 20 }
    configuration.refusesWhenFull = refuses
    let clock = ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: 1_700_000_000_000_000 - 98_000_000)
    return try ItemStore(configuration, processClock: clock)
  }

  private func fill(_ store: ItemStore, _ numbers: Range<Int>, bytes count: Int = 10_000) {
    let value = [UInt8](repeating: 1, count: count)
    for number in numbers {
      let key = bytes("key \(number)")
      _ = store.store(
        key.span, hash: store.hash(key.span), mode: .set, clientFlags: 0, expiresAt: 0, value: value.span,
        at: TestStore.moment(), journal: nil)
    }
  }

  private func evictions(_ store: ItemStore) -> UInt64 {
    store.slabStatistics.reduce(0) { $0 + $1.counters.evicted }
  }

  private func settle(_ store: ItemStore) {
    for _ in 0..<200 {
      var steps = 0
      while steps < 4096, store.balance(now: 100) { steps += 1 }
      store.releaseSurplus()
    }
  }

  @Test("Raised, it takes more than before without evicting") func raised() throws {
    let store = try store(4, ceiling: 64)
    fill(store, 0..<1000)
    let before = evictions(store)
    #expect(before > 0 && store.statistics.pagesFree == 0)
    #expect(store.setMemoryLimit(32 << 20) && store.memoryLimit == 32 << 20)
    fill(store, 1000..<3000)
    #expect(evictions(store) == before)
    #expect(store.statistics.pagesInUse > 15)
    #expect(store.audit() == [])
  }

  @Test("Lowered, what is held goes until it fits, and the system has the memory again", arguments: [1, 0])
  func lowered(automove: Int) throws {
    let store = try store(24)
    store.setAutomove(level: automove)
    fill(store, 0..<1500)
    fill(store, 1500..<9000, bytes: 500)
    let taken = store.statistics.pagesTaken
    #expect(taken > 16)
    #expect(store.setMemoryLimit(8 << 20))
    settle(store)
    #expect(store.statistics.pagesInUse <= 8, "automove \(automove)")
    #expect(store.statistics.pagesTaken <= 8 && store.statistics.itemCount > 100)
    #expect(store.audit() == [])
    fill(store, 0..<3000)
    #expect(store.statistics.pagesInUse <= 9)
    #expect(store.setMemoryLimit(24 << 20))
    fill(store, 0..<3000)
    #expect(store.statistics.pagesInUse > 16, "pages that were given back are used again")
    #expect(store.audit() == [])
  }

  @Test("Lowered, it is met also where classes could spare pages") func loweredWithHoles() throws {
    let store = try store(24)
    fill(store, 0..<2_200)
    for number in stride(from: 0, to: 2_200, by: 7) {
      let key = bytes("key \(number)")
      _ = store.delete(key.span, hash: store.hash(key.span), at: TestStore.moment(), journal: nil)
    }
    #expect(store.slabs.hasDonors)
    #expect(store.setMemoryLimit(8 << 20))
    settle(store)
    #expect(store.statistics.pagesInUse <= 8 && store.statistics.pagesTaken <= 8)
    #expect(store.statistics.itemCount > 500 && store.audit() == [])
  }

  @Test("With -M nothing is evicted for a lower limit: what is deleted makes it true") func refusing() throws {
    let store = try store(16, refuses: true)
    fill(store, 0..<1200)
    let count = store.statistics.itemCount
    #expect(store.setMemoryLimit(8 << 20))
    settle(store)
    #expect(store.statistics.itemCount == count && evictions(store) == 0)
    for number in 0..<1200 {
      let key = bytes("key \(number)")
      _ = store.delete(key.span, hash: store.hash(key.span), at: TestStore.moment(), journal: nil)
    }
    settle(store)
    #expect(store.statistics.pagesTaken <= 8)
    #expect(store.audit() == [])
  }

  @Test("Beyond what was reserved it cannot be raised, and nothing changes") func ceiling() throws {
    let store = try store(4, ceiling: 32)
    #expect(!store.setMemoryLimit(33 << 20) && !store.setMemoryLimit(.max))
    #expect(store.memoryLimit == 4 << 20)
    #expect(store.setMemoryLimit(32 << 20))
    #expect(store.setMemoryLimit(0) && store.memoryLimit == 1 << 20, "never none")
    let alone = try self.store(4)
    #expect(!alone.setMemoryLimit(5 << 20) && alone.setMemoryLimit(2 << 20))
  }

  @Test(
    "The ceiling is sixteen times the limit, or 4 GB, within what can be named with the same chunks",
    arguments: [(1, 4096), (64, 4096), (1024, 16_384), (30_000, 31_648), (200_000, 254_048), (256 << 10, 508_256)])
  func ceilings(megabytes: Int, expected: Int) {
    let ceiling = StoreConfiguration.memoryCeiling(for: megabytes << 20)
    let shift = { (limit: Int) in
      ChunkMemory.granuleShift(toReach: SlabAllocator.capacity(forLimit: limit) << ChunkMemory.pageShift)
    }
    #expect(ceiling >= megabytes << 20 && shift(ceiling >> 20) == shift(megabytes))
    #expect(abs((ceiling >> 20) - expected) <= 200)
  }
}
