import ArgumentParser

/// How hard, and for how long.
struct DriveOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("Connections.", valueName: "number"))
  var connections = 50

  @Option(
    name: [.customShort("d"), .customLong("pipeline")],
    help: ArgumentHelp(
      "Requests in flight on a connection: as many are sent at once, the next when all are answered.",
      valueName: "number"))
  var depth = 1

  @Option(name: .shortAndLong, help: ArgumentHelp("Threads that share the connections.", valueName: "number"))
  var threads = 1

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Open loop: so many requests a second in all, whether or not earlier ones are answered; latency counts from when a request was due, so a stall is not hidden (no coordinated omission).",
      valueName: "per second"))
  var rate: Double?

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("End after so many requests...", valueName: "number"))
  var requests: UInt64?

  @Option(
    name: .long, help: ArgumentHelp("...or after so many seconds (10 if neither is given).", valueName: "seconds"))
  var seconds: Double?

  @Option(name: .long, help: ArgumentHelp("Seconds of the same load before, which do not count.", valueName: "seconds"))
  var warmup = 0.0

  @Flag(name: [.customShort("l"), .long], help: "Set every key once, first.")
  var load = false

  @Flag(
    name: .long, help: "Each request has a connection of its own: connect, ask, close. Latency includes connecting.")
  var connectPerRequest = false

  @Option(
    name: .long,
    help: ArgumentHelp("So many connections besides, each of which asks once in 10 seconds.", valueName: "number"))
  var idle = 0

  @Option(name: .long, help: ArgumentHelp("Give up when the server is silent for so long.", valueName: "seconds"))
  var timeout = 10.0

  @Option(
    name: .long, help: ArgumentHelp("Seed of the random choices; drawn and told if not given.", valueName: "number"))
  var seed: UInt64?
}

extension DriveOptions {
  mutating func validate() throws {
    guard (1...100_000).contains(connections) else { throw ValidationError("--connections: 1 to 100000") }
    guard (1...10_000).contains(depth) else { throw ValidationError("--pipeline: 1 to 10000") }
    guard (1...256).contains(threads) else { throw ValidationError("--threads: 1 to 256") }
    guard threads <= connections else { throw ValidationError("--threads: each needs a connection at least") }
    if let rate { guard rate > 0, rate <= 1e9 else { throw ValidationError("--rate: above 0") } }
    if let requests { guard requests > 0 else { throw ValidationError("--requests: 1 or more") } }
    if let seconds { guard seconds > 0, seconds <= 1e6 else { throw ValidationError("--seconds: above 0") } }
    guard requests == nil || seconds == nil else { throw ValidationError("--requests or --seconds, not both") }
    guard warmup >= 0, warmup <= 1e6 else { throw ValidationError("--warmup: 0 or more seconds") }
    guard (0...1_000_000).contains(idle) else { throw ValidationError("--idle: 0 or more") }
    guard timeout > 0, timeout <= 1e6 else { throw ValidationError("--timeout: above 0") }
    guard !connectPerRequest || (depth == 1 && rate == nil) else {
      throw ValidationError("--connect-per-request: neither with --pipeline nor with --rate")
    }
  }

  func plan(_ workload: Workload) -> LoadPlan {
    LoadPlan(
      workload: workload, connections: connections, threads: threads, idleConnections: idle,
      reconnects: connectPerRequest, rate: rate, length: requests.map { .requests($0) } ?? .seconds(seconds ?? 10),
      warmup: warmup, fills: load, seed: seed ?? UInt64.random(in: 1...UInt64(UInt32.max)),
      answerTimeout: UInt64(timeout * 1e9))
  }
}
