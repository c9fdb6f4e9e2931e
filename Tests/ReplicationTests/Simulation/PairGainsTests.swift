import Testing

@testable import ItemStore
@testable import Replication

/// Rules without which nothing goes wrong, but more of what the other side holds is refused, and so lost. The seeds are
/// fixed.
@Suite struct PairGainsTests {
  struct Gain: Sendable, CustomTestStringConvertible {
    let name: String
    let rule: PairRules
    let mode: String

    var testDescription: String { "\(name), \(mode)" }
  }

  static let gains = [
    Gain(name: "filter", rule: .filter, mode: "tight evict"),
    Gain(name: "kept at the peer", rule: .keptAtPeer, mode: "smaller"),
    Gain(name: "kept at the peer", rule: .keptAtPeer, mode: "smaller memory"),
  ]

  @Test("without one more is refused", arguments: gains)
  func isAGain(gain: Gain) throws {
    let mode = try #require(PairSimulation.Mode.all.first { $0.name == gain.mode })
    let with = refusals(mode, without: [])
    let without = refusals(mode, without: gain.rule)
    print("'\(gain.name)', \(gain.mode): \(with) refused, without it \(without)")
    #expect(with < without)
  }

  private func refusals(_ mode: PairSimulation.Mode, without rule: PairRules) -> UInt64 {
    var refusals: UInt64 = 0
    for seed in 0..<UInt64(60) {
      var simulation = PairSimulation(mode, seed: seed, without: rule)
      let fault = simulation.run()
      #expect(fault == nil, "seed \(seed)")
      for side in simulation.pair.sides { refusals += side.replicator.counters.refusals }
    }
    return refusals
  }
}
