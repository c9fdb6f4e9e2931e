import Glibc
import Testing

@testable import ItemStore
@testable import Replication

@Suite struct PairSimulationTests {
  /// How many runs of each mode: `REPCACHED_SEEDS` where it is set (`make simulate`), else what an ordinary test run has time for.
  private static let seeds = unsafe getenv("REPCACHED_SEEDS").flatMap { unsafe UInt64(String(cString: $0)) }

  @Test(
    "after any faults both hold the same, nothing older than what was written last", arguments: PairSimulation.Mode.all)
  func converges(mode: PairSimulation.Mode) {
    check(mode, runs: Self.seeds ?? 100)
  }

  @Test("so do stores with hundreds of keys and of tombstones")
  func convergesLarge() {
    check(.large, runs: max((Self.seeds ?? 0) / 50, 3))
  }

  private func check(_ mode: PairSimulation.Mode, runs: UInt64) {
    let first = UInt64.random(in: 0..<1 << 32)
    print("\(mode.name): \(runs) runs, first seed \(first)")
    for seed in first..<first + runs {
      var simulation = PairSimulation(mode, seed: seed)
      if let fault = simulation.run() {
        Issue.record("\(mode.name), seed \(seed): \(fault)")
        return
      }
    }
  }
}
