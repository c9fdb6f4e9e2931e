import ArgumentParser
import Testing

@testable import repcached_bench

@Suite("Options of a replay")
struct ReplayCommandTests {
  @Test("a quarter of the trace is warm-up unless told otherwise, and every option reaches the plan")
  func plan() throws {
    let plain = try ReplayCommand.parse([]).plan()
    #expect(plain.warmup == 1_000_000 && plain.lifetimes == [0] && plain.depth == 64)
    let plan = try ReplayCommand.parse([
      "-k", "50", "--zipf", "0.6", "-n", "900", "--scan-every", "100", "--shift-every", "200", "--seed", "9",
      "--key-size", "30", "--value-size", "50:20k", "--ttls", "0,5", "--warmup", "7", "--rate", "100", "-d", "3",
    ]).plan()
    #expect(
      plan.trace
        == TraceShape(keyCount: 50, skew: 0.6, requestCount: 900, scanEvery: 100, shiftEvery: 200, seed: 9))
    #expect(plan.keys.length == 30 && plan.values.sizes.description == "50:20k" && plan.lifetimes == [0, 5])
    #expect(plan.warmup == 7 && plan.rate == 100 && plan.depth == 3)
  }

  @Test(
    "what cannot be is refused by its name",
    arguments: [
      ["--ttls", "1,,2"], ["--ttls", "x"], ["--key-size", "3"], ["--pipeline", "0"], ["--rate", "0"],
      ["--scan-every", "0"], ["--shift-every", "0"], ["--keys", "0"], ["--zipf", "nan"], ["--requests", "0"],
      ["--value-size", "x"],
    ])
  func refused(arguments: [String]) {
    do {
      _ = try ReplayCommand.parse(arguments)
      Issue.record("accepted")
    } catch { #expect(ReplayCommand.message(for: error).contains(arguments[0])) }
  }
}
