import Foundation
import TestSupport
import Testing

/// Three pairs behind magent, and faults of every kind. `make chaos-proxy SECONDS=600` goes on for so long.
@Suite("magent before pairs that fail", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct ProxyChaosTests {
  let rig = Rig()

  private static let seconds = ProcessInfo.processInfo.environment["REPCACHED_PROXY_CHAOS"].flatMap { Int($0) }
  private static let faultsInGate = 6

  @Test("Killed, stopped, cut off, slow, back with nothing: no key is lost, none is wrong, nothing is done twice")
  func faults() throws {
    let sites = try (0..<3).map { _ in try ClientSite(rig) }
    let magent = try rig.magent(
      sites.flatMap { ["-s", $0.server] } + [
        "-t", "2", "--retry-interval=50", "--timeout=300", "--connect-timeout=300",
      ])
    let load = ProxyChaosLoad(magent.endpoint)
    var random = SeededRandom(seed: Self.seconds == nil ? 1 : UInt64.random(in: 0..<1 << 32))
    let deadline = Self.seconds.map { Deadline.within(.seconds($0)) }
    var number = 0
    while deadline.map({ !$0.hasPassed }) ?? (number < Self.faultsInGate) {
      let before = load.verdict.reads
      #expect(eventually { load.verdict.reads > before + 40 })
      try sites[random.below(3)].fault(number, load, &random)
      // Both sides are there for the next one.
      #expect(try eventually { try Self.areAllAlive(magent) }, "\(magent.log.suffix(6))")
      load.endFault()
      number += 1
      if !load.verdict.isClean { break }
    }
    try load.end()
    let verdict = load.verdict
    let told = "seed \(random.seed), \(number) faults: \(verdict)"
    #expect(verdict.lost.isEmpty && verdict.wrong.isEmpty && verdict.double == 0, "\(told)")
    #expect(verdict.errors.count * 100 <= verdict.reads + verdict.writes, "\(told)")
    #expect(verdict.reads > 100 && verdict.writes > 50, "\(told)")
    if Self.seconds != nil { print(told) }
  }

  private static func areAllAlive(_ magent: Daemon) throws -> Bool {
    let states = try magent.client().statistics("proxy").filter { $0.name.hasSuffix("_state") }
    return !states.isEmpty && states.allSatisfy { $0.value == "alive" }
  }
}
