import Foundation
import Testing

// Every mutating command on both sides at once, while the link is cut, refused, silenced, slowed, delayed and split and the
// daemons are frozen and killed. When it has healed, both hold the same items, flags, cas and all, and of each key the state
// with the highest stamp of those that were answered.
//
// Other runs give each key to one writer, and judge without stamps: steps of the clocks, a third daemon, unequal caches.
//
// `REPCACHED_CHAOS_SEED=n` repeats one run; `REPCACHED_CHAOS_RUNS=n` makes n of them, of new seeds; `make chaos SECONDS=n` goes
// on with new seeds for n seconds and stops at the first that fails.

@Suite("Faults of every kind", .serialized, .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct ChaosTests {
  let rig = Rig()

  static let seconds = ProcessInfo.processInfo.environment["REPCACHED_CHAOS_SECONDS"].flatMap { Int($0) }

  static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["REPCACHED_CHAOS_SEED"].flatMap({ UInt64($0) }) { return [seed] }
    if let runs = environment["REPCACHED_CHAOS_RUNS"].flatMap({ Int($0) }) {
      return (0..<runs).map { _ in UInt64.random(in: 0 ... .max) }
    }
    return (1...8).map { $0 }
  }()

  enum Fault: CaseIterable { case cut, refuse, freezeB, stall, split }

  @Test("After a random run of faults the two are equal, and hold the youngest of what was answered", arguments: seeds)
  func faults(seed: UInt64) throws {
    judge(try ChaosRun(seed: seed, rig).run(steps: 4))
  }

  @Test(
    "Each key is what its only writer was told last, also after steps of the clocks, a third daemon, a full cache",
    arguments: seeds)
  func soleWriters(seed: UInt64) throws {
    judge(try SoleWriterRun(seed: seed, rig).run(steps: 4))
  }

  @Test("Seed after seed until the time is up", .enabled(if: seconds != nil, "make chaos SECONDS=…"))
  func endless() throws {
    let end = ContinuousClock.now + .seconds(Self.seconds ?? 0)
    var healings: [Duration] = []
    while ContinuousClock.now < end {
      let seed = UInt64.random(in: 0 ... .max)
      print("chaos seed \(seed) begins")
      let rig = Rig()
      let report =
        healings.count % 2 == 0
        ? try ChaosRun(seed: seed, rig, maxFreeze: 5).run(steps: 6)
        : try SoleWriterRun(seed: seed, rig).run(steps: 6)
      judge(report)
      guard let healing = report.healing, report.complaints.isEmpty else { break }
      healings.append(healing)
    }
    let sorted = healings.sorted().map { Int($0 / .milliseconds(1)) }
    guard let worst = sorted.last else { return }
    print(
      "chaos: \(sorted.count) runs; equal again after (ms): median \(sorted[sorted.count / 2]), "
        + "p90 \(sorted[sorted.count * 9 / 10]), worst \(worst)")
  }

  private func judge(_ report: ChaosRun.Report) {
    print(report.line)
    #expect(report.complaints.isEmpty, "REPCACHED_CHAOS_SEED=\(report.seed)\n\(report.line)\n\(report.logs)")
  }

  @Test(
    "In a cache too small, what both hold is equal, and what was deleted while apart comes back on neither",
    arguments: seeds.prefix(3))
  func faultsWithEviction(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (keys, deleted) = (20_000, 2_000)
    let pair = try Pair(rig, .bothConnect, options: ["-m", "8"], relayed: true)
    for daemon in [pair.a, pair.b] { try fill(daemon, keys) }
    let writers = [pair.a, pair.b].map { RandomWriter.start($0.endpoint, keys: keys, seed: random.next()) }
    for fault in [Fault.cut, .refuse, .freezeB, .stall, .split].shuffled(using: &random) {
      begin(fault, pair, seed: random.next())
      writers.wait(for: Int.random(in: 50...2_000, using: &random))
      try end(fault, pair)
    }
    for writer in writers { try writer.stop() }

    pair.wire.refuse()
    for daemon in [pair.a, pair.b] { try fill(daemon, deleted) }
    let (a, b) = (try pair.a.client(), try pair.b.client())
    Pair.tick()
    for key in 0..<deleted {
      try (key % 2 == 0 ? a : b).send("delete k\(key) noreply\r\n")
    }
    for client in [a, b] { _ = try client.command("version") }
    pair.wire.pass()
    // What is written now comes after all that was written while they were apart.
    _ = try a.store("set", "last", "a")
    #expect(try settled(on: "a") { try b.text(of: "last") } == "a", "seed \(seed)")
    _ = try b.store("set", "last", "b")
    #expect(try settled(on: "b") { try a.text(of: "last") } == "b", "seed \(seed)")
    for client in [a, b] {
      let returned = try settled(on: [], .within(.seconds(20))) {
        try (0..<deleted).filter { try client.text(of: "k\($0)") != nil }
      }
      #expect(returned == [], "seed \(seed)")
    }
    let differing = try settled(on: [], .within(.seconds(20))) {
      try (deleted..<keys).filter { key in
        guard let here = try a.fetch("k\(key)"), let there = try b.fetch("k\(key)") else { return false }
        return here != there
      }
    }
    #expect(differing == [], "seed \(seed)")
    report(seed, writers, items: Int(try a.statistic("curr_items") ?? "") ?? 0)
  }

  private func fill(_ daemon: Daemon, _ keys: Int) throws {
    let client = try daemon.client()
    let value = String(repeating: "v", count: 1_000)
    for key in 0..<keys { try client.send("set k\(key) 0 0 1000 noreply\r\n\(value)\r\n") }
    _ = try client.command("version")
  }

  private func report(_ seed: UInt64, _ writers: [RandomWriter], items: Int) {
    let operations = writers.operationCount
    print("chaos seed \(seed): \(operations) operations, \(items) items in the end")
  }

  private func begin(_ fault: Fault, _ pair: Pair, seed: UInt64) {
    switch fault {
    case .cut: pair.wire.cut()
    case .refuse: pair.wire.refuse()
    case .stall: pair.wire.stall()
    case .split: pair.wire.split(seed: seed)
    case .freezeB: pair.b.freeze()
    }
  }

  private func end(_ fault: Fault, _ pair: Pair) throws {
    switch fault {
    case .cut: break
    case .refuse, .stall, .split: pair.wire.pass()
    case .freezeB: pair.b.thaw()
    }
  }
}
