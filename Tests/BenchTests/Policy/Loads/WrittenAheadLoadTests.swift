import Testing

@testable import repcached_bench

@Suite("Keys that are written ahead of their one read")
struct WrittenAheadLoadTests {
  private func misses(_ distance: Double, popular: Bool = false, stale: Bool = false) -> [Double] {
    let load = WrittenAheadLoad(
      distance: distance, hasPopular: popular, isStaleBefore: stale, capacity: 1000, seed: 1)
    #expect(load.measures.count == (popular ? 2 : 1))
    return load.run(LRUModel(capacity: 1000, keyCount: load.keyCount), capacity: 1000)
  }

  @Test("LRU has all of them, up to where a read makes an item that is not needed young again")
  func lru() {
    #expect(misses(0.5) == [0])
    #expect(misses(0.5, stale: true) == [0])
    #expect(misses(1.2) == [1])
  }

  @Test("a popular set is read beside them, and counted by itself")
  func popular() {
    let misses = misses(0.3, popular: true)
    #expect(misses[0] == 0 && misses[1] > 0 && misses[1] < 0.2)
  }
}
