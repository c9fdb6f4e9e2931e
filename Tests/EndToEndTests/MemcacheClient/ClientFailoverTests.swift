import Foundation
import MemcacheClient
import TestSupport
import Testing

/// Real deaths before a client under load. `make kill-client` makes 500 of them.
@Suite(
  "MemcacheClient before a pair that fails", .onOwnThread,
  .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct ClientFailoverTests {
  let rig = Rig()

  private static let count = ProcessInfo.processInfo.environment["REPCACHED_DEATHS"].flatMap { Int($0) } ?? 20

  @Test("Killed, stopped, cut off, slow: no error, no miss, nothing done twice", arguments: [1, 3])
  func faults(pairs count: Int) throws {
    let sites = try (0..<count).map { _ in try ClientSite(rig) }
    let configuration = MemcacheClientConfiguration(servers: try sites.map { try MemcacheServer($0.server) })
    let load = ClientLoad()
    let work = try clientTask(configuration.patient) { client in
      try await load.run(client)
      return try await client.get("counter", as: Int.self) ?? 0
    }
    var random = SeededRandom(seed: TestSeeds.first)
    for number in 0..<(ClientFailoverTests.count / 2) {
      #expect(eventually { load.verdict.reads > number * 20 })
      try sites[random.below(count)].fault(number, load, &random)
      if !load.verdict.errors.isEmpty || work.isDone { break }
    }
    load.end()
    let counter = try work.value()
    let verdict = load.verdict
    let seed = "seed \(random.seed)"
    print(
      "\(ClientFailoverTests.count / 2) faults of \(count) pairs: \(verdict.reads) reads, \(verdict.writes) writes, "
        + "\(verdict.increments) increments and \(verdict.unknown) that nobody knows of, \(verdict.errors.count) errors, "
        + "\(verdict.misses.count) misses, \(verdict.wrong.count) wrong")
    #expect(verdict.errors.isEmpty, "\(seed): \(verdict.errors.count) \(verdict.errors.prefix(3))")
    #expect(verdict.misses.isEmpty, "\(seed): \(verdict.misses.count) of \(verdict.reads) \(verdict.misses.prefix(3))")
    #expect(verdict.wrong.isEmpty, "\(seed): \(verdict.wrong.prefix(3))")
    #expect(counter <= verdict.increments + verdict.unknown, "\(seed)")
    #expect(verdict.increments > 0 && verdict.writes > 0)
  }

  @Test("Where both sides live the first is asked, and again when it is back with its copy")
  func home() throws {
    let pair = try Pair(rig, .bothConnect)
    let configuration = try MemcacheClientConfiguration("\(pair.a.endpoint)|\(pair.b.endpoint)")
    let load = ClientLoad()
    let work = try clientTask(configuration) { try await load.run($0) }
    // At the start the second is asked where the first is late.
    #expect(try eventually { try sets(pair.a) > 20 })
    let before = try (a: sets(pair.a), b: sets(pair.b))
    #expect(try eventually { try sets(pair.a) > before.a + 20 })
    // A machine that is slow for a moment is a side that hangs: more to the first is what can be said.
    #expect(try sets(pair.a) - before.a > sets(pair.b) - before.b)
    load.fault("killed a", holdsWrites: true)
    pair.a.kill()
    #expect(try eventually { try sets(pair.b) > before.b + 20 })
    try pair.restartA(connecting: true)
    #expect(try eventually { try sets(pair.a) > 20 })
    load.end()
    try work.value()
    #expect(load.verdict.errors.isEmpty && load.verdict.misses.isEmpty)
  }

  private func sets(_ daemon: Daemon) throws -> Int {
    try daemon.client().statistic("cmd_set").flatMap { Int($0) } ?? 0
  }
}
