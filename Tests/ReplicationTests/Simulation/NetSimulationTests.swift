import TestSupport
import Testing

@testable import ItemStore
@testable import Replication

@Suite struct NetSimulationTests {
  /// Those that need no seconds, for they are too long here, and no third.
  static let modes = (PairSimulation.Mode.all + PairSimulation.Mode.derived).filter {
    !$0.schedule && !$0.expire && !$0.third && TestSeeds.wants($0.name)
  }

  @Test("an older value of the peer's, on its way when a newer one is evicted here, does not take its place")
  func evictedWhileOlderIsOnItsWay() throws {
    let mode = try #require(PairSimulation.Mode.all.first { $0.name == "tight evict" })
    var simulation = NetSimulation(mode, seed: 2_216_050_950)
    let fault = simulation.run()
    #expect(fault == nil)
  }

  @Test("over links that the link machines make, after any faults, both hold the same", arguments: modes)
  func converges(mode: PairSimulation.Mode) {
    let runs = TestSeeds.runs.map { max($0 / 10, 10) } ?? 6
    let first = TestSeeds.first
    print("\(mode.name), by link machines: \(runs) runs, first seed \(first)")
    for seed in first..<first + runs {
      var simulation = NetSimulation(mode, seed: seed)
      if let fault = simulation.run() {
        Issue.record("\(mode.name), seed \(seed): \(fault)")
        return
      }
    }
  }
}
