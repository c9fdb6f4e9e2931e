import Foundation
import Testing

// Every mutating command on both sides at once, while the link is cut, refused, silenced and split and the daemons are frozen
// and killed. When it has healed, both hold the same items, flags, cas and all. No time stands in the plan: a fault lasts
// until the writers have done so many operations, so a slow machine runs the same test.
//
// `REPCACHED_CHAOS_SEED=n` repeats one run; `REPCACHED_CHAOS_RUNS=n` makes n of them.

@Suite("Faults of every kind", .serialized, .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct ChaosTests {
  let rig = Rig()

  static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["REPCACHED_CHAOS_SEED"].flatMap({ UInt64($0) }) { return [seed] }
    let runs = environment["REPCACHED_CHAOS_RUNS"].flatMap { Int($0) } ?? 3
    return (0..<runs).map { _ in UInt64.random(in: 0 ... .max) }
  }()

  enum Fault: CaseIterable { case cut, refuse, stall, split, freezeA, freezeB, killA, killB }

  @Test("After a random run of faults the two are equal", arguments: seeds) func faults(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let keys = 1_000
    let pair = try Pair(rig, .bothConnect, relayed: true)
    let writers = [pair.a, pair.a, pair.b, pair.b].map {
      RandomWriter.start($0.endpoint, keys: keys, seed: random.next())
    }
    for _ in 0..<8 {
      let fault = Fault.allCases.randomElement(using: &random) ?? .cut
      let operations = Int.random(in: 50...1_500, using: &random)
      begin(fault, pair, seed: random.next())
      wait(for: operations, by: writers)
      try end(fault, pair)
      wait(for: Int.random(in: 0...1_500, using: &random), by: writers)
    }
    for writer in writers { try writer.stop() }
    let (a, b) = (try pair.a.client(), try pair.b.client())
    let areEqual = try eventually(.within(.seconds(20))) { try contents(a, keys) == contents(b, keys) }
    if !areEqual {
      let differing = try differences(a, b, keys)
      Issue.record("seed \(seed): \(differing)\na: \(pair.a.replicationLog)\nb: \(pair.b.replicationLog)")
    }
    report(seed, writers, items: try contents(a, keys).components(separatedBy: "VALUE ").count - 1)
    _ = try a.store("set", "after-a", "1")
    _ = try b.store("set", "after-b", "2")
    #expect(try settled(on: "1") { try b.text(of: "after-a") } == "1", "seed \(seed)")
    #expect(try settled(on: "2") { try a.text(of: "after-b") } == "2", "seed \(seed)")
  }

  @Test(
    "In a cache too small, what both hold is equal, and what was deleted while apart comes back on neither",
    arguments: seeds)
  func faultsWithEviction(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (keys, deleted) = (20_000, 2_000)
    let pair = try Pair(rig, .bothConnect, options: ["-m", "8"], relayed: true)
    for daemon in [pair.a, pair.b] { try fill(daemon, keys) }
    let writers = [pair.a, pair.b].map { RandomWriter.start($0.endpoint, keys: keys, seed: random.next()) }
    for fault in [Fault.cut, .refuse, .freezeB, .stall, .split].shuffled(using: &random) {
      begin(fault, pair, seed: random.next())
      wait(for: Int.random(in: 50...2_000, using: &random), by: writers)
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
    let operations = writers.reduce(0) { $0 + $1.operations.load(ordering: .relaxed) }
    print("chaos seed \(seed): \(operations) operations, \(items) items in the end")
  }

  private func begin(_ fault: Fault, _ pair: Pair, seed: UInt64) {
    switch fault {
    case .cut: pair.wire.cut()
    case .refuse: pair.wire.refuse()
    case .stall: pair.wire.stall()
    case .split: pair.wire.split(seed: seed)
    case .freezeA: pair.a.freeze()
    case .freezeB: pair.b.freeze()
    case .killA: pair.a.kill()
    case .killB: pair.b.kill()
    }
  }

  private func end(_ fault: Fault, _ pair: Pair) throws {
    switch fault {
    case .cut: break
    case .refuse, .stall, .split: pair.wire.pass()
    case .freezeA: pair.a.thaw()
    case .freezeB: pair.b.thaw()
    // A daemon that comes back empty is filled before it lets clients in; killing the other meanwhile would lose it all.
    case .killA:
      try pair.restartA(connecting: true)
      try pair.a.mustStream()
    case .killB:
      try pair.restartB(connecting: true)
      try pair.b.mustStream()
    }
  }

  /// The writers of a frozen daemon wait; those of the other go on.
  private func wait(for operations: Int, by writers: [RandomWriter]) {
    func done() -> Int { writers.reduce(0) { $0 + $1.operations.load(ordering: .relaxed) } }
    let goal = done() + operations
    _ = eventually { done() >= goal }
  }

  private func contents(_ client: Client, _ keys: Int) throws -> String {
    try client.ask("gets " + (0..<keys).map { "k\($0)" }.joined(separator: " ") + "\r\n", until: "END\r\n")
  }

  private func differences(_ a: Client, _ b: Client, _ keys: Int) throws -> [String] {
    try (0..<keys).lazy.map { "k\($0)" }.compactMap { key in
      let (here, there) = (try a.fetch(key), try b.fetch(key))
      return here == there
        ? nil
        : "\(key): a \(here.map(String.init(describing:)) ?? "none"), b \(there.map(String.init(describing:)) ?? "none")"
    }.prefix(5).map { $0 }
  }
}
