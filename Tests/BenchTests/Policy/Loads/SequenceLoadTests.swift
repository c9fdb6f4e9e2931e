import Testing

@testable import repcached_bench

@Suite("Sequences of keys for models")
struct SequenceLoadTests {
  private func misses(_ load: SequenceLoad, capacity: Int) -> [Double] {
    load.run(LRUModel(capacity: capacity, keyCount: load.keyCount), capacity: capacity)
  }

  @Test("what was missed is set, and the first quarter is not counted")
  func misses() {
    let load = SequenceLoad("few", keyCount: 3, capacities: [2]) { [0, 1, 0, 2, 0, 1, 2, 2] }
    // 0 hits, 2 misses, 0 hits, 1 misses, 2 misses, 2 hits.
    #expect(misses(load, capacity: 2) == [0.5])
    #expect(misses(load, capacity: 3) == [1.0 / 6])
  }

  @Test("objects of a trace may have any numbers; sizes are parts of how many there are")
  func trace() {
    let objects = (0..<200).map { UInt32($0) &* 2_654_435_769 }
    let load = SequenceLoad("trace", trace: objects + objects, capacities: nil)
    #expect(load.keyCount == 200 && load.capacities == [2, 10, 30, 60])
    #expect(misses(load, capacity: 200) == [100.0 / 300] && misses(load, capacity: 199) == [1])
    #expect(SequenceLoad("trace", trace: objects, capacities: [7]).capacities == [7])
  }
}
