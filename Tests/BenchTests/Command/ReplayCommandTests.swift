import ArgumentParser
import TestSupport
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
        == .synthetic(
          TraceShape(keyCount: 50, skew: 0.6, requestCount: 900, scanEvery: 100, shiftEvery: 200, seed: 9)))
    #expect(plan.keys.length == 30 && plan.values.sizes.description == "50:20k" && plan.lifetimes == [0, 5])
    #expect(plan.warmup == 7 && plan.rate == 100 && plan.depth == 3)
  }

  @Test("a recorded trace takes the place of a synthetic one, and is not changed by its options")
  func recorded() throws {
    let directory = TemporaryDirectory()
    let file = try directory.write([1, 0, 0, 0, 255, 255, 255, 255, 1, 0, 0, 0, 2, 1, 0, 0], to: "trace")
    let plan = try ReplayCommand.parse(["--trace", file]).plan()
    #expect(plan.trace == .recorded([1, .max, 1, 258]) && plan.warmup == 1)
    for option in ["--keys", "--zipf", "--requests", "--scan-every", "--shift-every", "--seed"] {
      do {
        _ = try ReplayCommand.parse(["--trace", file, option, "5"])
        Issue.record("\(option) accepted")
      } catch { #expect(ReplayCommand.message(for: error).contains(option)) }
    }
  }

  @Test(
    "what cannot be is refused by its name",
    arguments: [
      ["--ttls", "1,,2"], ["--ttls", "x"], ["--key-size", "3"], ["--pipeline", "0"], ["--rate", "0"],
      ["--scan-every", "0"], ["--shift-every", "0"], ["--keys", "0"], ["--zipf", "nan"], ["--requests", "0"],
      ["--value-size", "x"], ["--trace", "/no/such/file"],
    ])
  func refused(arguments: [String]) {
    do {
      _ = try ReplayCommand.parse(arguments)
      Issue.record("accepted")
    } catch { #expect(ReplayCommand.message(for: error).contains(arguments[0])) }
  }
}
