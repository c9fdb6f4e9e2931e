import TestSupport
import Testing

/// The client before a pair one of whose sides dies, stops or is cut off, again and again.
@Suite("A simulated client of a pair")
struct PairClientSimulationTests {
  @Test("loses nothing, whatever dies: no error, no miss, nothing done twice", arguments: 0..<20)
  func faults(_ part: UInt64) {
    let runs = TestSeeds.runs.map { Int($0) } ?? 20
    let seed = TestSeeds.first + part
    var world = SimulatedWorld(seed: seed)
    world.run(faults: runs)
    let verdict = world.verdict
    #expect(verdict.errors.isEmpty, "seed \(seed): \(verdict.errors.prefix(3))")
    #expect(
      verdict.misses.isEmpty, "seed \(seed): \(verdict.misses.count) of \(verdict.reads): \(verdict.misses.prefix(3))")
    #expect(verdict.wrong.isEmpty, "seed \(seed): \(verdict.wrong.prefix(3))")
    // What was lost with a side that died before it crossed makes it less.
    #expect(world.counter <= verdict.increments + verdict.unknown, "seed \(seed)")
    // There was something to fail.
    #expect(verdict.unknown > 0, "seed \(seed)")
    #expect(verdict.moves > runs / 4 && verdict.reads > runs * 10, "seed \(seed): \(verdict.moves) \(verdict.reads)")
  }
}
