import ArgumentParser

/// Which keys are asked for, in which order.
struct TraceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A recorded trace, a 32-bit little-endian number a request, instead of one made by the options below.",
      valueName: "file"))
  var trace: String?

  @Option(
    name: [.customShort("k"), .long], help: ArgumentHelp("How many different keys (1000000).", valueName: "number"))
  var keys: UInt32?

  @Option(
    name: .long,
    help: ArgumentHelp("Skew of the keys' popularity, as for a run; 0: all alike (1).", valueName: "number"))
  var zipf: Double?

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Length of the trace (4000000).", valueName: "number"))
  var requests: UInt64?

  @Option(
    name: .long, help: ArgumentHelp("All keys once after so many requests, again and again.", valueName: "number"))
  var scanEvery: UInt64?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "After so many requests popularity moves on by a third of the keys, again and again.", valueName: "number"))
  var shiftEvery: UInt64?

  @Option(name: .long, help: ArgumentHelp("Seed of the random choices (1).", valueName: "number"))
  var seed: UInt64?
}

extension TraceOptions {
  mutating func validate() throws {
    guard keys != 0 else { throw ValidationError("--keys: 1 or more") }
    if let zipf { guard zipf >= 0, zipf <= 10 else { throw ValidationError("--zipf: from 0 to 10") } }
    guard requests != 0 else { throw ValidationError("--requests: 1 or more") }
    guard scanEvery != 0 else { throw ValidationError("--scan-every: 1 or more") }
    guard shiftEvery != 0 else { throw ValidationError("--shift-every: 1 or more") }
    guard trace == nil || synthetic.isEmpty else {
      throw ValidationError(
        "--trace: a recorded trace is as it is, \(synthetic.joined(separator: ", ")) cannot change it")
    }
  }

  /// The options given that a recorded trace has no use for.
  private var synthetic: [String] {
    let given: [(String, Bool)] = [
      ("--keys", keys != nil), ("--zipf", zipf != nil), ("--requests", requests != nil),
      ("--scan-every", scanEvery != nil), ("--shift-every", shiftEvery != nil), ("--seed", seed != nil),
    ]
    return given.filter(\.1).map(\.0)
  }

  func chosen() throws -> Trace {
    if let trace {
      do { return .recorded(try RecordedTrace.read(trace)) } catch {
        throw ValidationError("--trace: \(trace): \(error)")
      }
    }
    return .synthetic(
      TraceShape(
        keyCount: keys ?? 1_000_000, skew: zipf ?? 1, requestCount: requests ?? 4_000_000, scanEvery: scanEvery,
        shiftEvery: shiftEvery, seed: seed ?? 1))
  }
}
