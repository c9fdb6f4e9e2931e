import Testing

@testable import repcached_bench

@Suite("The loads by which the policy is chosen")
struct SyntheticLoadsTests {
  @Test("each has a name of its own, sizes to run at, and memory for its keys")
  func loads() {
    let loads = SyntheticLoads.all(seed: 1)
    #expect(Set(loads.map(\.name)).count == loads.count)
    for load in loads {
      #expect(!load.capacities.isEmpty && load.capacities.allSatisfy { $0 < load.keyCount }, "\(load.name)")
    }
  }

  @Test("a run is the same for the same seed")
  func repeatable() {
    func run(_ seed: UInt64) -> [Double]? {
      let load = SyntheticLoads.all(seed: seed).first { $0.name == "nightly scan" }
      return load.map { $0.run(LRUModel(capacity: 6000, keyCount: $0.keyCount), capacity: 6000) }
    }
    #expect(run(1) != nil && run(1) == run(1) && run(1) != run(2))
  }
}
