import ArgumentParser
import Platform
import SystemPackage

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Replay a trace as a cache-aside client, and tell how often the server misses.",
    discussion: """
      Asks for one key after another and sets what it missed. The same options make the same trace, so that servers can \
      be compared, and so can policies: --write gives the trace to libCacheSim instead of to a server.

      Example: repcached-bench replay --zipf 1 --keys 1000000 --value-size 100
      """)

  @OptionGroup(title: "Server") var target: TargetOptions
  @OptionGroup(title: "Trace") var trace: TraceOptions

  @Option(name: .long, help: ArgumentHelp("Bytes of a key, 8 to 250.", valueName: "bytes"))
  var keySize = 20

  @Option(name: .long, help: ArgumentHelp("Bytes of a value, as for a run.", valueName: "sizes"))
  var valueSize = "100"

  @Option(
    name: .long,
    help: ArgumentHelp("Expiries, of which each key has one, as many keys each: e.g. 0,5,60.", valueName: "seconds"))
  var ttls = "0"

  @Option(
    name: .long, help: ArgumentHelp("Requests at the beginning that do not count (a quarter).", valueName: "number"))
  var warmup: UInt64?

  @Option(name: .long, help: ArgumentHelp("No more requests than this a second.", valueName: "per second"))
  var rate: Double?

  @Option(
    name: [.customShort("d"), .customLong("pipeline")], help: ArgumentHelp("Gets sent at once.", valueName: "number"))
  var depth = 64

  @Flag(name: .shortAndLong, help: "No progress line.")
  var quiet = false

  @Option(name: .long, help: ArgumentHelp("Write the result as JSON; - is standard output.", valueName: "file"))
  var json: String?

  @Option(name: .long, help: ArgumentHelp("Write the trace in libCacheSim's oracleGeneral format.", valueName: "file"))
  var write: String?

  mutating func validate() throws {
    guard (8...250).contains(keySize) else { throw ValidationError("--key-size: 8 to 250 bytes") }
    guard (1...10_000).contains(depth) else { throw ValidationError("--pipeline: 1 to 10000") }
    if let rate { guard rate > 0, rate <= 1e9 else { throw ValidationError("--rate: above 0") } }
    _ = try plan()
  }

  func run() throws {
    let plan = try plan()
    if let write { return try TraceFile.write(plan.trace, to: write) }
    let counts = try replay(plan)
    if json != "-" { print(ReplayReport(counts).line) }
    if let json { try TextFile.write(ReplayReport(counts).json + "\n", to: json) }
    if counts.wrong > 0 { throw ExitCode(1) }
  }

  func plan() throws -> ReplayPlan {
    let trace = try trace.chosen()
    return ReplayPlan(
      trace: trace, keys: KeyMaker(length: keySize, prefix: "repcached-replay:"),
      values: ValueMaker(sizes: try sizes()), lifetimes: try lifetimes(), warmup: warmup ?? trace.requestCount / 4,
      rate: rate, depth: depth)
  }

  private func sizes() throws -> ValueSizes {
    do { return try ValueSizes(valueSize) } catch { throw ValidationError("--value-size: \(error.description)") }
  }

  private func lifetimes() throws -> [UInt32] {
    let numbers = ttls.split(separator: ",", omittingEmptySubsequences: false).map { UInt32($0) }
    let lifetimes = numbers.compactMap { $0 }
    guard lifetimes.count == numbers.count else { throw ValidationError("--ttls: seconds like 0,5,60") }
    return lifetimes
  }

  private func replay(_ plan: ReplayPlan) throws -> ReplayCounts {
    do {
      let address = try target.address()
      let socket = try Socket.connect(to: address)
      if !address.isUnix { try Socket.setNoDelay(socket) }
      var replay = try ReplayRun.make(plan, over: socket)
      return try replay.run { if !quiet { StandardError.overwrite(ReplayReport($0).line) } }
    } catch {
      StandardError.write("repcached-bench: \(target.name): \(error)")
      throw ExitCode(69)
    }
  }
}
