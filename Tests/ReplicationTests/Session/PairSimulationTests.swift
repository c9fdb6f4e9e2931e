import Glibc
import Testing

@testable import Replication

@Suite struct PairSimulationTests {
  /// `REPCACHED_SEEDS` runs so many of each mode instead of the few that an ordinary test run has time for.
  private static let seeds = unsafe getenv("REPCACHED_SEEDS").flatMap { unsafe UInt64(String(cString: $0)) }

  @Test(
    "after any faults both hold the same, nothing older than what was written last", arguments: PairSimulation.Mode.all)
  func converges(mode: PairSimulation.Mode) {
    let first = UInt64.random(in: 0..<1 << 32)
    print("\(mode.name): first seed \(first)")
    for seed in first..<first + (Self.seeds ?? (mode.keys > 100 ? 5 : 40)) {
      var simulation = PairSimulation(mode, seed: seed)
      if let fault = simulation.run() {
        Issue.record("\(mode.name), seed \(seed): \(fault)")
        return
      }
    }
  }
}
