import Foundation
import MemcacheClient
import TestSupport
import Testing

/// Real deaths before a client under load. `make kill-client` makes 500 of them.
@Suite("MemcacheClient before a pair that fails", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct ClientFailoverTests {
  let rig = Rig()

  private static let count = ProcessInfo.processInfo.environment["REPCACHED_DEATHS"].flatMap { Int($0) } ?? 20

  @Test("Killed, stopped, cut off: no error, no miss, nothing done twice")
  func faults() throws {
    let pair = try Pair(rig, .bothConnect)
    let ways = [try rig.relay(to: pair.sideA.port), try rig.relay(to: pair.sideB.port)]
    let configuration = try MemcacheClientConfiguration("127.0.0.1:\(ways[0].port)|127.0.0.1:\(ways[1].port)")
    let load = ClientLoad()
    let work = try clientTask(configuration) { client in
      try await load.run(client)
      return try await client.get("counter", as: Int.self) ?? 0
    }
    var random = SeededRandom(seed: TestSeeds.first)
    for number in 0..<ClientFailoverTests.count {
      #expect(eventually { load.verdict.reads > number * 20 })
      try fault(pair, ways, number, load, &random)
      if !load.verdict.errors.isEmpty || work.isDone { break }
    }
    load.end()
    let counter = try work.value()
    let verdict = load.verdict
    #expect(verdict.errors.isEmpty, "seed \(random.seed): \(verdict.errors.count) \(verdict.errors.prefix(3))")
    #expect(
      verdict.misses.isEmpty,
      "seed \(random.seed): \(verdict.misses.count) of \(verdict.reads) \(verdict.misses.prefix(3))")
    #expect(verdict.wrong.isEmpty, "seed \(random.seed): \(verdict.wrong.prefix(3))")
    #expect(counter <= verdict.increments + verdict.unknown, "seed \(random.seed)")
    #expect(verdict.increments > 0 && verdict.writes > 0)
    print(
      "faults \(ClientFailoverTests.count), reads \(verdict.reads), writes \(verdict.writes), unknown \(verdict.unknown)"
    )
  }

  /// One, and until both are equal again.
  private func fault(
    _ pair: Pair, _ ways: [Relay], _ number: Int, _ load: ClientLoad, _ random: inout SeededRandom
  ) throws {
    let isA = random.below(2) == 0
    let pause = UInt32(50_000 + random.below(800_000))
    switch number % 3 {
    case 0:
      load.fault("killed \(isA ? "a" : "b")", holdsWrites: true)
      (isA ? pair.a : pair.b).kill()
      Kernel.sleep(microseconds: pause)
      if isA { try pair.restartA(connecting: true) } else { try pair.restartB(connecting: true) }
    case 1:
      let side = isA ? pair.a : pair.b
      load.fault("stopped \(isA ? "a" : "b")", holdsWrites: true)
      side.freeze()
      Kernel.sleep(microseconds: pause * 2)
      side.thaw()
    default:
      let way = ways[isA ? 0 : 1]
      load.fault("cut off \(isA ? "a" : "b")", holdsWrites: false)
      way.stall()
      Kernel.sleep(microseconds: pause * 2)
      way.pass()
    }
    for daemon in [pair.a, pair.b] {
      let isEqual = try eventually { try daemon.client().linkStatistic("state") == "stream" }
      #expect(isEqual, "\(daemon.log.suffix(5))")
    }
  }

  @Test("Where both sides live the first is asked, and again when it is back with its copy")
  func home() throws {
    let pair = try Pair(rig, .bothConnect)
    let configuration = try MemcacheClientConfiguration("\(pair.a.endpoint)|\(pair.b.endpoint)")
    let load = ClientLoad()
    let work = try clientTask(configuration) { try await load.run($0) }
    #expect(eventually { load.verdict.writes > 20 })
    #expect(try sets(pair.b) == 0)
    load.fault("killed a", holdsWrites: true)
    pair.a.kill()
    #expect(try eventually { try sets(pair.b) > 20 })
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
