import Foundation

// One random run: a pair behind a relay, writers on both sides, and faults of the wire and of the processes, alone and
// together, drawn from the seed. How long a fault lasts is counted in operations done meanwhile, so a slow machine runs the
// same test; only a frozen daemon stands still for one to two seconds, or five where there is time.
//
//    wire     cut, refuse, stall, split, slow, delay       process     freeze A or B, kill -9 A or B
//
// At the end everything is healed, and the two must hold the same: first their digests, then what `ChaosVerdict` asks.
// Threads run as they like, so a seed repeats the plan and the commands, not every crossing.
final class ChaosRun {
  struct Report {
    let seed: UInt64
    var complaints: [String] = []
    var operations = 0
    var items = 0
    var sightings = 0
    var kills = 0
    /// From the end of the last fault until the digests were equal; nil: they never were.
    var healing: Duration?
    var plan: [String] = []
    var logs = ""

    var line: String {
      let time = healing.map { "equal after \(Int($0 / .milliseconds(1))) ms" } ?? "never equal"
      return
        "chaos seed \(seed): \(operations) operations, \(sightings) states seen, \(kills) kills, \(items) items "
        + "left, \(time); \(plan.joined(separator: ", "))"
    }
  }

  private let pair: Pair
  private let kills = Kills()
  private let keys = ChaosKeys(count: 3_000)
  private var writers: [ChaosWriter] = []
  private var random: SeededRandom
  private var report: Report
  private let maxFreeze: Double

  init(seed: UInt64, _ rig: Rig, maxFreeze: Double = 2) throws {
    random = SeededRandom(seed: seed)
    report = Report(seed: seed)
    self.maxFreeze = maxFreeze
    var options = ["-m", "128", "-t", "\([1, 2, 4].randomElement(using: &random) ?? 4)"]
    // A queue so short overflows whenever the wire is not good: the stream is given up, and a copy makes up for it.
    if Int.random(in: 0..<4, using: &random) == 0 {
      options += ["-q", "\(Int.random(in: 200...2_000, using: &random))"]
    }
    if Int.random(in: 0..<4, using: &random) == 0 { options += ["-o", "repl_ack=200"] }
    let mayShift = ShiftedClock.isPossible && Int.random(in: 0..<3, using: &random) == 0
    let offset = mayShift ? Int.random(in: -25...25, using: &random) : 0
    var writerOptions = ChaosWriter.Options(keys: keys)
    writerOptions.hasShortLives = offset == 0
    writerOptions.hasDelayedFlushes = Int.random(in: 0..<3, using: &random) == 0
    report.plan = options.dropFirst(2) + (offset == 0 ? [] : ["A's clock \(offset) s"])
    if writerOptions.hasDelayedFlushes { report.plan.append("delayed flushes") }
    pair = try Pair(rig, .bothConnect, options: options, relayed: true, clockOffsetOfA: offset)
    writers = [ChaosSide.a, .a, .b, .b].enumerated().map { number, side in
      let endpoint = side == .a ? pair.a.endpoint : pair.b.endpoint
      return ChaosWriter.start(number, side, endpoint, writerOptions, kills, seed: random.next())
    }
  }

  func run(steps: Int) throws -> Report {
    for step in 1...steps {
      let wire = WireFault.allCases.randomElement(using: &random) ?? .cut
      let process = ProcessFault.allCases.randomElement(using: &random) ?? .none
      report.plan.append("\(wire)/\(process)")
      wire.begin(on: pair.wire, &random)
      process.begin(on: pair, freeze: freeze, kill: kill)
      writers.wait(for: Int.random(in: 50...3_000, using: &random))
      // The writers stop while the last fault still is: what the pair owes is all there when it is healed.
      if step == steps { for writer in writers { writer.askToStop() } }
      pair.wire.pass()
      try process.end(on: pair)
      if step < steps { writers.wait(for: Int.random(in: 0...2_000, using: &random)) }
    }
    try judge()
    return report
  }

  private func judge() throws {
    let healed = ContinuousClock.now
    let notes = try writers.map { try $0.notes() }
    let (a, b) = (try pair.a.client(), try pair.b.client())
    let digests = try Digests(a, b)
    if try eventually(.within(.seconds(20)), { try digests.areEqual() }) {
      report.healing = ContinuousClock.now - healed
    }
    let verdict = try ChaosVerdict(keys: keys, kills: kills, notes: notes, a: a, b: b)
    report.complaints =
      verdict.complaints + (report.healing == nil ? ["the digests stay different"] : [])
    report.operations = notes.reduce(0) { $0 + $1.sightings.count + $1.removals.count }
    report.sightings = notes.reduce(0) { $0 + $1.sightings.count }
    report.kills = kills.count
    report.items = Int(try a.statistic("curr_items") ?? "") ?? 0
    if !report.complaints.isEmpty { report.logs = "a: \(pair.a.log)\nb: \(pair.b.log)" }
  }

  // MARK: Faults

  private func freeze(_ daemon: Daemon) {
    daemon.freeze()
    Kernel.sleep(microseconds: UInt32(Double.random(in: 1...maxFreeze, using: &random) * 1e6))
  }

  /// What the daemon has said to be on its peer outlives it; the rest may go with it.
  private func kill(_ daemon: Daemon, _ side: ChaosSide) {
    let told = try? daemon.client().linkStatistic("acknowledged")
    kills.note(Kill(side: side, acknowledged: told.flatMap { UInt64($0) } ?? 0))
    daemon.kill()
  }
}
