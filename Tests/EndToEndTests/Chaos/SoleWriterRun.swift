import Foundation

// A random run whose keys have one writer each (see `SoleWriter`), in text, meta and binary commands and in datagrams, drawn from the
// seed:
//
//    wire       cut, refuse, stall, split, slow, delay, and none
//    process    freeze A or B; where answers wait for the peer (repl_ack), and nothing but these two lines is tried: kill -9 A or B
//    clocks     an hour ahead for a moment, A's or B's, and both a day; where there is a third, only A's
//    a third    C, that was written while it was alone, takes B's place at A for a while, once: what a daemon loses that comes
//               and goes is told in docs/operations.md
//    caches     of unequal size, the smaller one full
//
// At the end everything is healed, and each key is what its writer was told last; on both, but for what a full cache has
// evicted.
final class SoleWriterRun {
  private enum Fault: CustomStringConvertible {
    case wire(WireFault)
    case process(ProcessFault)
    case visit, step, day

    private static let ofWire = WireFault.allCases.map { Fault.wire($0) }
    private static let freezes = [Fault.process(.freezeA), .process(.freezeB)]
    static let all = ofWire + freezes + [.visit, .step, .day]
    static let withKills = ofWire + freezes + [.killA, .killA, .killB, .killB].map { Fault.process($0) }

    var description: String {
      switch self {
      case .wire(let fault): "\(fault)"
      case .process(let fault): "\(fault)"
      case .visit: "visit"
      case .step: "step"
      case .day: "day"
      }
    }
  }

  private let seed: UInt64
  private let rig: Rig
  private let pair: Pair
  private let third: Daemon?
  private let wireOfThird: Relay?
  private var clocks: [String] = []
  private let isUnequal: Bool
  private let hasKills: Bool
  private var kills = 0
  private var random: SeededRandom
  private var writers: [SoleWriter] = []
  private var hasVisited = false
  private var plan: [String] = []

  init(seed: UInt64, _ rig: Rig) throws {
    (self.seed, self.rig) = (seed, rig)
    random = SeededRandom(seed: seed)
    hasKills = Int.random(in: 0..<3, using: &random) == 0
    isUnequal = !hasKills && Int.random(in: 0..<3, using: &random) == 0
    let folder = try rig.folder()
    if !hasKills, ShiftedClock.isPossible, Bool.random(using: &random) {
      clocks = ["a", "b"].map { folder.file("clock-\($0)") }
    }
    for file in clocks { try ShiftedClock.set(file, seconds: 0) }
    var options = ["-t", "\([1, 2, 4].randomElement(using: &random) ?? 4)"]
    // What is killed must not have answered for who was slow.
    if hasKills { options += ["-o", "repl_ack=20000"] }
    if !hasKills, Int.random(in: 0..<3, using: &random) == 0 { options += ["-o", "repl_ack=200"] }
    if Int.random(in: 0..<4, using: &random) == 0 {
      options += ["-q", "\(Int.random(in: 200...2_000, using: &random))"]
    }
    plan = options + (clocks.isEmpty ? [] : ["steps of the clocks"]) + (isUnequal ? ["-m 64 and -m 4"] : [])
    let datagrams = [try FreePorts.next(), try FreePorts.next()]
    pair = try Pair(
      rig, .bothConnect, options: options + ["-U", "\(datagrams[0])"],
      optionsOfB: ["-U", "\(datagrams[1])"] + (isUnequal ? ["-m", "4"] : []), relayed: true,
      clockFileOfA: clocks.first, clockFileOfB: clocks.last)
    (third, wireOfThird) = !hasKills && Bool.random(using: &random) ? try Self.third(rig, pair) : (nil, nil)
    start(datagrams)
  }

  /// It knows A by a relay that lets nothing through yet.
  private static func third(_ rig: Rig, _ pair: Pair) throws -> (Daemon, Relay) {
    let wire = try rig.relay(to: pair.sideA.listenPort)
    wire.refuse()
    return (try rig.daemon("-x", "127.0.0.1", "-X", "\(try FreePorts.next()):\(wire.port)"), wire)
  }

  private static let writersOfA = 2

  private func start(_ datagrams: [UInt16]) {
    if third != nil { plan.append("a third") }
    let daemons = Array(repeating: pair.a, count: Self.writersOfA) + [pair.b, pair.b] + (third.map { [$0] } ?? [])
    writers = daemons.enumerated().map { number, daemon in
      var writerOptions = SoleWriter.Options()
      writerOptions.evicts = isUnequal && number >= Self.writersOfA
      writerOptions.padding = isUnequal ? 4_000 : 0
      writerOptions.datagrams = number < 4 ? datagrams[number / Self.writersOfA] : nil
      return SoleWriter.start("w\(number)", daemon.endpoint, writerOptions, seed: random.next())
    }
  }

  func run(steps: Int) throws -> ChaosRun.Report {
    for _ in 1...steps {
      let fault = (hasKills ? Fault.withKills : Fault.all).randomElement(using: &random) ?? .wire(.cut)
      plan.append("\(fault)")
      try begin(fault)
      writers.wait(for: Int.random(in: 50...2_000, using: &random))
      try end(fault)
      writers.wait(for: Int.random(in: 0...1_000, using: &random))
    }
    for writer in writers { writer.askToStop() }
    return try judge()
  }

  // MARK: Faults

  private func begin(_ fault: Fault) throws {
    switch fault {
    case .wire(let fault): fault.begin(on: pair.wire, &random)
    case .process(let fault): try fault.begin(on: pair, freeze: freeze, kill: kill)
    case .visit: try visit()
    // Were both ahead before the third is there, that is right, a key could go back: see docs/operations.md, Limits.
    case .step:
      let steps = third == nil ? clocks : Array(clocks.prefix(1))
      try set(steps.randomElement(using: &random).map { [$0] } ?? [], seconds: 3_600)
    case .day: if third == nil { try set(clocks, seconds: 86_400) }
    }
  }

  private func end(_ fault: Fault) throws {
    switch fault {
    case .process(let fault): try fault.end(on: pair)
    case .step, .day:
      // How long the clocks are wrong is what is tested: some heartbeats tell of it.
      Kernel.sleep(microseconds: 300_000)
      try set(clocks, seconds: 0)
    default: break
    }
    wireOfThird?.refuse()
    pair.wire.pass()
  }

  /// Both have what was answered before: since then each answer waits until the peer has it.
  private func kill(_ daemon: Daemon, _ side: ChaosSide) throws {
    for side in [pair.a, pair.b] { try side.tellsStream() }
    daemon.kill()
    kills += 1
  }

  private func freeze(_ daemon: Daemon) {
    daemon.freeze()
    Kernel.sleep(microseconds: UInt32.random(in: 1_000_000...2_000_000, using: &random))
  }

  private func set(_ files: [String], seconds: Int) throws {
    for file in files { try ShiftedClock.set(file, seconds: seconds) }
  }

  private func visit() throws {
    guard let third, !hasVisited else { return }
    hasVisited = true
    _ = try writers.last?.states()
    pair.wire.refuse()
    wireOfThird?.pass()
    let streams = try eventually {
      try third.client().linkStatistic("state") == "stream" && pair.a.client().linkStatistic("state") == "stream"
    }
    guard streams else { throw RigError("the third never joined; seed \(seed)\n\(third.logText)\n\(pair.a.logText)") }
  }

  // MARK: Verdict

  private func judge() throws -> ChaosRun.Report {
    var report = ChaosRun.Report(seed: seed)
    report.plan = plan
    report.kills = kills
    if let third, !hasVisited {
      try visit()
      if !(try heals(third, pair.a)) { report.complaints.append("A and C stay different") }
      wireOfThird?.refuse()
      pair.wire.pass()
    }
    let states = try writers.map { try $0.states() }
    report.operations = writers.reduce(0) { $0 + $1.operations.load(ordering: .relaxed) }
    let begin = ContinuousClock.now
    if try heals(pair.a, pair.b) {
      report.healing = ContinuousClock.now - begin
    } else {
      report.complaints.append("A and B stay different")
    }
    try compare(states.reduce(into: [:]) { $0.merge($1) { first, _ in first } }, &report)
    if !report.complaints.isEmpty {
      report.logs = "a: \(pair.a.log)\nb: \(pair.b.log)\nc: \(third?.log ?? [])"
    }
    return report
  }

  /// Both stream, and hold the same; where one is too small, what was written last has come to both.
  private func heals(_ one: Daemon, _ other: Daemon) throws -> Bool {
    let clients = [try one.client(), try other.client()]
    let stream = try eventually { try clients.allSatisfy { try $0.linkStatistic("state") == "stream" } }
    guard stream else { return false }
    if !isUnequal { return try eventually { try Digests(clients[0], clients[1]).areEqual() } }
    for (near, far) in [(0, 1), (1, 0)] {
      token += 1
      _ = try clients[near].store("set", "last", "\(token)")
      let arrived = try settled(on: "\(token)") { try clients[far].text(of: "last") }
      if arrived != "\(token)" { return false }
    }
    return true
  }

  private var token = 0

  private func compare(_ states: SoleWriter.States, _ report: inout ChaosRun.Report) throws {
    let (a, b) = (try pair.a.client(), try pair.b.client())
    report.items = Int(try a.statistic("curr_items") ?? "") ?? 0
    for (key, possible) in states {
      report.sightings += 1
      let (here, there) = (try a.fetch(key), try b.fetch(key))
      if !isUnequal && here != there { report.complaints.append("\(key): a \(told(here)), b \(told(there))") }
      for (side, found) in [("a", here), ("b", there)] where !possible.contains(found?.text) {
        if found == nil, try mayLack(key, side) { continue }
        let states = possible.map { ($0 ?? "absent").prefix(60) }
        report.complaints.append("\(key): \(side) has \(told(found)), its writer was told \(states)")
      }
    }
    report.complaints = Array(report.complaints.prefix(8))
  }

  /// Where B is the smaller one it evicts, also what its own writers have not sent yet. What A's writers wrote stays on A, but
  /// for what B has refused: nobody keeps that.
  private func mayLack(_ key: String, _ side: String) throws -> Bool {
    let isOfA = (0..<Self.writersOfA).contains { key.hasPrefix("w\($0).") }
    if !isUnequal { return false }
    if side == "b" || !isOfA { return true }
    return try pair.b.client().linkStatistic("refused_values") != "0"
  }

  private func told(_ item: FetchedItem?) -> String { item?.description ?? "none" }
}
