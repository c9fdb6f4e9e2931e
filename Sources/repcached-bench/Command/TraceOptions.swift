import ArgumentParser

/// Which keys are asked for, in which order.
struct TraceOptions: ParsableArguments {
  @Option(name: [.customShort("k"), .long], help: ArgumentHelp("How many different keys.", valueName: "number"))
  var keys: UInt32 = 1_000_000

  @Option(
    name: .long, help: ArgumentHelp("Skew of the keys' popularity, as for a run; 0: all alike.", valueName: "number"))
  var zipf = 1.0

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Length of the trace.", valueName: "number"))
  var requests: UInt64 = 4_000_000

  @Option(
    name: .long, help: ArgumentHelp("All keys once after so many requests, again and again.", valueName: "number"))
  var scanEvery: UInt64?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "After so many requests popularity moves on by a third of the keys, again and again.", valueName: "number"))
  var shiftEvery: UInt64?

  @Option(name: .long, help: ArgumentHelp("Seed of the random choices.", valueName: "number"))
  var seed: UInt64 = 1
}

extension TraceOptions {
  mutating func validate() throws {
    guard keys > 0 else { throw ValidationError("--keys: 1 or more") }
    guard zipf >= 0, zipf <= 10 else { throw ValidationError("--zipf: from 0 to 10") }
    guard requests > 0 else { throw ValidationError("--requests: 1 or more") }
    guard scanEvery != 0 else { throw ValidationError("--scan-every: 1 or more") }
    guard shiftEvery != 0 else { throw ValidationError("--shift-every: 1 or more") }
  }

  var shape: TraceShape {
    TraceShape(
      keyCount: keys, skew: zipf, requestCount: requests, scanEvery: scanEvery, shiftEvery: shiftEvery, seed: seed)
  }
}
