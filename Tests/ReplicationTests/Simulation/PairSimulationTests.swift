import TestSupport
import Testing

@testable import ItemStore
@testable import Replication

@Suite struct PairSimulationTests {
  static let modes = (PairSimulation.Mode.all + PairSimulation.Mode.derived + PairSimulation.Mode.marked).filter {
    TestSeeds.wants($0.name)
  }

  @Test("`make simulate MODES=` names modes that there are") func namesModes() { #expect(!Self.modes.isEmpty) }

  @Test(
    "after any faults both hold the greatest state, and neither ever takes an older one than it had", arguments: modes)
  func converges(mode: PairSimulation.Mode) {
    check(mode, runs: TestSeeds.runs ?? 40)
  }

  @Test("so do stores with hundreds of keys and of tombstones")
  func convergesLarge() {
    check(.large, runs: max((TestSeeds.runs ?? 0) / 50, 3))
  }

  /// They went wrong once: (mode, seed), and what was mended.
  static let regressions: [(mode: String, seed: UInt64)] = [
    // What a copy could not tell was not asked for: the peer kept an older value.
    ("copy loss", 457), ("copy loss", 5398),
    // A flush to come that was taken back while the peer was away came back from there.
    ("schedule", 6), ("schedule", 29), ("schedule", 41), ("schedule crash", 59),
    // One side had fired a flush that the other had just replaced, and did not say so.
    ("schedule", 142), ("schedule", 288), ("schedule crash", 509),
    // A stream was given up during a copy, and the peer asked for another before that ended: nothing was asked for in
    // turn.
    ("trimmed slow", 721),
    // A copy's large value was replaced while under way; the acknowledgement of what replaced it came before its end.
    ("sizes", 5201), ("sizes", 100336),
    // One side had fired a flush, took the floor of an earlier one that the other fired late for its own, and did not say so: the
    // other fired it once more.
    ("schedule crash", 2_819_457_289),
  ]

  @Test("runs that went wrong once go right", arguments: regressions)
  func regression(mode: String, seed: UInt64) throws {
    var simulation = PairSimulation(try #require(PairSimulation.Mode.all.first { $0.name == mode }), seed: seed)
    let fault = simulation.run()
    #expect(fault == nil)
  }

  private func check(_ mode: PairSimulation.Mode, runs: UInt64) {
    let first = TestSeeds.first
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
