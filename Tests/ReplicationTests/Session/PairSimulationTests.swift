import Testing

@testable import Replication

@Suite struct PairSimulationTests {
  @Test(
    "after any faults both hold the same, nothing older than what was written last", arguments: PairSimulation.Mode.all)
  func converges(mode: PairSimulation.Mode) {
    let first = UInt64.random(in: 0..<1 << 32)
    print("\(mode.name): first seed \(first)")
    for seed in first..<first + (mode.keys > 100 ? 5 : 40) {
      var simulation = PairSimulation(mode, seed: seed)
      if let fault = simulation.run() {
        Issue.record("\(mode.name), seed \(seed): \(fault)")
        return
      }
    }
  }
}
