import TestSupport
import Testing

/// The rig's own wire, tried with a client and a single daemon: a test that trusts it should know that it does what it
/// says.
@Suite("The relay of the rig")
struct RelayTests {
  let rig = Rig()

  private func through(_ relay: Relay) throws -> Client { try Client(to: .local(relay.port)) }

  private func relayed() throws -> (daemon: Daemon, relay: Relay) {
    let daemon = try rig.daemon()
    guard case .tcp(_, let port) = daemon.endpoint else { throw RigError("not a TCP port: \(daemon.endpoint)") }
    return (daemon, try rig.relay(to: port))
  }

  /// Sends values and gets them back; every byte in its place, and as many through the relay as were said.
  private static func carriesAll(_ relay: Relay, _ client: Client, sizes: [Int], seed: UInt64) throws -> Bool {
    var random = SeededRandom(seed: seed)
    let before = relay.traffic
    var (said, heard) = (0, 0)
    for size in sizes {
      let value = (0..<size).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
      guard try client.store("set", "k", value) == "STORED" else { return false }
      let answer = try client.ask("get k\r\n")
      guard try client.bytes(size) == value, try client.bytes(7).elementsEqual("\r\nEND\r\n".utf8) else { return false }
      said += "set k 0 0 \(size)\r\n".utf8.count + size + 2 + "get k\r\n".utf8.count
      heard += "STORED\r\n".utf8.count + answer.utf8.count + size + 7
    }
    let after = relay.traffic
    return after.bytesToTarget - before.bytesToTarget == said && after.bytesBack - before.bytesBack == heard
  }

  @Test("It passes, splits, cuts, refuses, stalls and passes again") func modes() throws {
    let (daemon, relay) = try relayed()
    let first = try through(relay)
    let value = [UInt8](repeating: 120, count: 300_000)
    #expect(try first.store("set", "k", value) == "STORED")
    #expect(try first.fetch("k")?.value == value)
    #expect(
      relay.traffic.connections == 1 && relay.traffic.bytesToTarget > 300_000 && relay.traffic.bytesBack > 300_000)

    relay.split(seed: 1)
    #expect(try first.store("set", "s", "abc") == "STORED")
    #expect(try first.text(of: "s") == "abc")

    relay.pass()
    relay.cut()
    #expect(try first.rest() == "")
    let second = try through(relay)
    #expect(try second.text(of: "s") == "abc")

    relay.refuse()
    #expect(try second.rest() == "")
    #expect(eventually { (try? through(relay)) == nil })
    relay.pass()
    #expect(eventually { (try? through(relay)) != nil })

    let third = try through(relay)
    #expect(try third.text(of: "s") == "abc")
    relay.stall()
    let seen = relay.traffic
    try third.send("get s\r\n")
    _ = try daemon.client().store("set", "other", "1")
    #expect(relay.traffic == seen && third.available() == "")
    relay.pass()
    #expect(try third.read(until: "END\r\n") == "VALUE s 0 3\r\nabc\r\nEND\r\n")
  }

  @Test("In pieces of any size, one byte too, nothing is lost, doubled or out of its place") func split() throws {
    let (_, relay) = try relayed()
    let client = try through(relay)
    let seed = TestSeeds.first
    relay.split(seed: seed)
    #expect(
      try Self.carriesAll(relay, client, sizes: [1, 2, 100, 5_000, 65_536, 300_000], seed: seed), "seed \(seed)")
  }

  @Test("A slow wire carries everything, and no more a second than it was told") func slow() throws {
    let (_, relay) = try relayed()
    let client = try through(relay)
    relay.slow(bytesPerSecond: 400_000)
    let begun = ContinuousClock.now
    #expect(try Self.carriesAll(relay, client, sizes: [1, 1_000, 50_000, 50_000], seed: 1))
    // 101 KB each way, one after the other, less what the wire carries at once (a fiftieth of a second).
    #expect(ContinuousClock.now - begun > .milliseconds(400))
    relay.pass()
    #expect(try Self.carriesAll(relay, client, sizes: [300_000], seed: 2))
  }

  @Test("A long wire holds each piece back, keeps their order and loses none") func delay() throws {
    let (_, relay) = try relayed()
    let client = try through(relay)
    let seed = TestSeeds.first
    relay.delay(upTo: .milliseconds(20), seed: seed)
    #expect(
      try Self.carriesAll(relay, client, sizes: [1, 100, 5_000, 65_536, 300_000, 10, 10, 10], seed: seed),
      "seed \(seed)")
    relay.delay(upTo: .milliseconds(100), seed: seed)
    let begun = ContinuousClock.now
    for _ in 0..<10 { _ = try client.command("version") }
    // Ten questions and answers, each way 50 ms on the average: less than a fifth of that is next to impossible.
    #expect(ContinuousClock.now - begun > .milliseconds(200), "seed \(seed)")
    relay.pass()
    #expect(try Self.carriesAll(relay, client, sizes: [300_000], seed: seed), "seed \(seed)")
  }

  @Test("From mode to mode in the middle of a stream, nothing is lost, doubled or out of its place") func changes()
    throws
  {
    let (_, relay) = try relayed()
    let seed = TestSeeds.first
    let isOver = Flag()
    let talk = Background.start {
      let client = try Client(to: .local(relay.port))
      let isGood = try Self.carriesAll(
        relay, client, sizes: (0..<60).map { $0 % 3 == 0 ? 40_000 : $0 * 7 + 1 }, seed: seed)
      isOver.set()
      return isGood
    }
    var random = SeededRandom(seed: seed)
    while !isOver.isSet {
      let begun = relay.traffic.bytesToTarget
      switch Int.random(in: 0..<5, using: &random) {
      case 0: relay.split(seed: seed)
      case 1: relay.slow(bytesPerSecond: 2_000_000)
      case 2: relay.delay(upTo: .milliseconds(3), seed: seed)
      case 3:
        relay.stall()
        relay.pass()
      default: relay.pass()
      }
      _ = eventually(.within(.milliseconds(200))) { relay.traffic.bytesToTarget > begun + 2_000 || isOver.isSet }
    }
    #expect(try talk.value(), "seed \(seed)")
  }
}
