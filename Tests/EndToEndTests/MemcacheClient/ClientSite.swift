import TestSupport
import Testing

/// Who is told of a fault before it happens.
protocol FaultWitness {
  /// - Parameter holdsWrites: what this side has not sent to the other yet stays with it.
  func fault(_ what: String, holdsWrites: Bool)
}

extension ClientLoad: FaultWitness {}

/// A pair, with a wire that the test holds before each side: where clients come in.
final class ClientSite {
  private let pair: Pair
  private let ways: [Relay]

  init(_ rig: Rig) throws {
    pair = try Pair(rig, .bothConnect)
    ways = [try rig.relay(to: pair.sideA.port), try rig.relay(to: pair.sideB.port)]
  }

  /// As a client names it.
  var server: String { ways.map { "127.0.0.1:\($0.port)" }.joined(separator: "|") }

  /// One fault of one side, and until both are equal again.
  func fault(_ number: Int, _ load: some FaultWitness, _ random: inout SeededRandom) throws {
    let isA = random.below(2) == 0
    let name = isA ? "a" : "b"
    let pause = UInt32(50_000 + random.below(800_000))
    let way = ways[isA ? 0 : 1]
    switch number % 4 {
    case 0:
      load.fault("killed \(name)", holdsWrites: true)
      (isA ? pair.a : pair.b).kill()
      // What was answered until the signal came is as young.
      load.fault("killed \(name)", holdsWrites: true)
      Kernel.sleep(microseconds: pause)
      if isA { try pair.restartA(connecting: true) } else { try pair.restartB(connecting: true) }
    case 1:
      let side = isA ? pair.a : pair.b
      load.fault("stopped \(name)", holdsWrites: true)
      side.freeze()
      load.fault("stopped \(name)", holdsWrites: true)
      Kernel.sleep(microseconds: pause * 2)
      side.thaw()
    case 2:
      load.fault("cut off \(name)", holdsWrites: false)
      way.stall()
      Kernel.sleep(microseconds: pause * 2)
      way.pass()
    default:
      load.fault("slowed \(name)", holdsWrites: false)
      way.slow(bytesPerSecond: 2_000)
      Kernel.sleep(microseconds: pause * 2)
      way.pass()
    }
    try waitUntilEqual()
  }

  private func waitUntilEqual() throws {
    for daemon in [pair.a, pair.b] {
      let isEqual = try eventually { try daemon.client().linkStatistic("state") == "stream" }
      #expect(isEqual, "\(daemon.log.suffix(5))")
    }
  }
}
