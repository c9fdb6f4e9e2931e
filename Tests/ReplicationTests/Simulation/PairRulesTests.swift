import Testing

@testable import ItemStore
@testable import Replication

/// Each rule of docs/spec/rules.py is needed: a run that goes wrong without it, and right with it. The seeds were found
/// by trying. When a change to the code or to the simulation makes one harmless, the failure names another. Some are
/// shown by hand, since no run comes upon them often enough: `refusalsConfirmed` in `RefusalsConfirmedTests`,
/// `sentUnderThisName` and `evictedRemembered` in `ReplicatorWithoutRoomTests`, `askedCopy` in `PairLedgerTests`,
/// others in `PairSceneTests`; and what is about a third node in `HorizonTests`. So are those whose fault is a time and
/// no state: `whatRemains` in `ReplicatorTimesTests`, `flushByWhatRemains` in `ReplicatorFlushTests`. Gains are counted
/// in `PairGainsTests`. None is known for `wholeBeforeSettling` since watermarks have fences.
@Suite struct PairRulesTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let name: String
    let rule: PairRules
    let mode: String
    let seed: UInt64

    var testDescription: String { "\(name), \(mode), seed \(seed)" }
    var found: PairSimulation.Mode? {
      (PairSimulation.Mode.all + PairSimulation.Mode.derived).first { $0.name == mode }
    }
  }

  static let examples = [
    Example(name: "drained mark", rule: .drainedMark, mode: "overflow", seed: 3),
    Example(name: "refusal", rule: .refusal, mode: "tight", seed: 10),
    Example(name: "no late tombstone", rule: .noLateTombstone, mode: "tight", seed: 51),
    Example(name: "refused leaves tombstone", rule: .refusedLeavesTombstone, mode: "tight evict", seed: 4925),
    Example(name: "copy from zero", rule: .copyFromZero, mode: "overflow", seed: 136),
    Example(name: "evicted leaves tombstone", rule: .evictedLeavesTombstone, mode: "evict", seed: 26),
    Example(name: "loss asked", rule: .lossAsked, mode: "copy loss", seed: 14990),
    Example(name: "settled horizon", rule: .settledHorizon, mode: "tight", seed: 10),
    Example(name: "tolerance", rule: .tolerance, mode: "glitch", seed: 2),
    Example(name: "restamp", rule: .restamp, mode: "glitch", seed: 3),
    Example(name: "restamp above the peer", rule: .restampAbovePeer, mode: "both ahead", seed: 10),
    Example(name: "ahead together", rule: .aheadTogether, mode: "both ahead", seed: 1),
    Example(name: "later flush replaces", rule: .laterFlushReplaces, mode: "schedule", seed: 29),
    Example(name: "flush comes once", rule: .flushComesOnce, mode: "schedule", seed: 29),
    Example(name: "overtaken", rule: .overtaken, mode: "adds", seed: 0),
  ]

  @Test("without one rule a run goes wrong that goes right with it", arguments: examples)
  func isNeeded(example: Example) throws {
    let mode = try #require(example.found)
    var whole = PairSimulation(mode, seed: example.seed)
    let wholeFault = whole.run()
    #expect(wholeFault == nil)
    var without = PairSimulation(mode, seed: example.seed, without: example.rule)
    let found = without.run()
    let fault = try #require(found, "harmless; seed \(another(example).map(String.init) ?? "?") is not")
    print("without '\(example.name)', \(example.mode), seed \(example.seed): \(fault)")
  }

  /// A seed that shows the rule.
  private func another(_ example: Example) -> UInt64? {
    guard let mode = example.found else { return nil }
    return (0..<UInt64(20_000)).first { seed in
      var without = PairSimulation(mode, seed: seed, without: example.rule)
      return without.run() != nil
    }
  }

  @Test("a seed repeats a run to the byte")
  func repeats() throws {
    let mode = try #require(PairSimulation.Mode.all.last)
    var runs = [PairSimulation(mode, seed: 1), PairSimulation(mode, seed: 1)]
    for index in runs.indices {
      let fault = runs[index].run()
      #expect(fault == nil)
    }
    #expect(runs[0].pair.sides.map(\.sentBytes) == runs[1].pair.sides.map(\.sentBytes))
    #expect(runs[0].pair.live(0) == runs[1].pair.live(0))
  }
}
