import Testing

/// The rig's own wire, tried with a client and a single daemon: a test that trusts it should know that it does what it says.
@Suite("The relay of the rig")
struct RelayTests {
  let rig = Rig()

  private func through(_ relay: Relay) throws -> Client { try Client(to: .local(relay.port)) }

  @Test("It passes, splits, cuts, refuses, stalls and passes again") func modes() throws {
    let daemon = try rig.daemon()
    guard case .tcp(_, let port) = daemon.endpoint else { return }
    let relay = try rig.relay(to: port)
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
}
