import Testing

/// `replication peer`: B is gone for good, C takes its place, and A goes on running.
@Suite("Another peer without a restart", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct AnotherPeerTests {
  let rig = Rig()

  /// A third daemon, which waits to be found.
  private func third(_ options: [String] = []) throws -> (daemon: Daemon, port: UInt16) {
    let port = try FreePorts.next()
    return (try rig.daemon(["-X", "\(port)"] + options), port)
  }

  private func holdAlike(_ a: Daemon, _ c: Daemon) throws -> Bool {
    let clients = (try a.client(), try c.client())
    return try eventually {
      try clients.0.ask("stats digest\r\n", until: "END\r\n") == clients.1.ask("stats digest\r\n", until: "END\r\n")
    }
  }

  @Test(
    "C joins and holds all that A has, whether A had looked for B or been found by it", arguments: Pair.Roles.allCases)
  func joins(roles: Pair.Roles) throws {
    let pair = try Pair(rig, roles)
    let client = try pair.a.client()
    try client.fill("before", 0..<1_000, "1")
    #expect(try client.command("delete before0") == "DELETED")
    #expect(try pair.becomesEqual())
    pair.b.kill()
    #expect(pair.a.logs("replication: close"))
    try client.fill("alone", 0..<1_000, "2")
    #expect(try client.command("delete before1") == "DELETED")
    let (c, port) = try third()
    #expect(try client.command("replication peer 127.0.0.1:\(port)") == "OK")
    try c.mustStream()
    #expect(pair.a.logs("replication: start", times: 2), "\(pair.a.log)")
    #expect(try settled(on: "127.0.0.1:\(port)") { try client.linkStatistic("wanted_peer") } == "127.0.0.1:\(port)")
    #expect(pair.a.log.contains { $0.hasPrefix("replication: the peer is now 127.0.0.1:\(port), it was ") })
    let onC = try c.client()
    #expect(try holdAlike(pair.a, c) && onC.statistic("curr_items") == "1998")
    _ = try onC.store("set", "there", "3")
    #expect(try settled(on: "3") { try client.text(of: "there") } == "3")
    // It is dialled again when it was away.
    c.freeze()
    #expect(pair.a.logs("replication: close", times: 2))
    c.thaw()
    #expect(pair.a.logs("replication: start", times: 3), "\(pair.a.log)")
  }

  @Test("A peer that is there is parted with, and told why") func parted() throws {
    let pair = try Pair(rig)
    let client = try pair.a.client()
    try client.fill("k", 0..<100, "1")
    #expect(try pair.becomesEqual())
    let (c, port) = try third()
    #expect(try client.command("replication peer 127.0.0.1:\(port)") == "OK")
    try c.mustStream()
    #expect(pair.b.log.contains { $0.hasSuffix("says it was told to pair with another") }, "\(pair.b.log)")
    #expect(try holdAlike(pair.a, c))
    // B lives on, and still dials; but it is not the peer any more.
    _ = try pair.b.client().store("set", "late", "1")
    _ = try client.store("set", "new", "1")
    #expect(try settled(on: "1") { try c.client().text(of: "new") } == "1")
    #expect(try client.text(of: "late") == nil && pair.b.client().text(of: "new") == nil)
  }

  @Test("A name is looked up later, and an unknown one a warning") func name() throws {
    let pair = try Pair(rig)
    let client = try pair.a.client()
    pair.b.kill()
    #expect(try client.command("replication peer no-such-host.invalid") == "OK")
    #expect(eventually { pair.a.log.contains { $0.contains("no-such-host.invalid") && $0.hasSuffix("; trying on") } })
    let (c, port) = try third()
    #expect(try client.command("replication peer localhost:\(port)") == "OK")
    try c.mustStream()
    #expect(try settled(on: "localhost:\(port)") { try client.linkStatistic("wanted_peer") } == "localhost:\(port)")
  }

  @Test("none: nobody is dialled, and who comes is taken") func none() throws {
    let (sideA, sideB) = try Pair.sides(.bothConnect)
    let a = try rig.start(sideA)
    let client = try a.client()
    #expect(try client.linkStatistic("wanted_peer") == "127.0.0.1:\(sideB.listenPort)")
    #expect(try client.command("replication peer None") == "OK")
    #expect(try settled(on: "none") { try client.linkStatistic("wanted_peer") } == "none")
    var sideC = sideB
    sideC.connects = true
    try rig.start(sideC).mustStream()
    #expect(try client.linkStatistic("role") == "MASTER")
  }

  @Test("What cannot be is told") func errors() throws {
    let client = try rig.daemon("-X", "\(try FreePorts.next())").client()
    let usage = "CLIENT_ERROR usage: replication peer HOST[:PORT]|none"
    for request in ["replication", "replication peer", "replication peer a b", "replication pear a"] {
      #expect(try client.command(request) == usage, "\(request)")
    }
    for place in ["*", "host:0", "host:x", ":1", "[::1", "host:65536"] {
      #expect(try client.command("replication peer \(place)").hasPrefix("CLIENT_ERROR "), "\(place)")
    }
    #expect(try client.linkStatistic("wanted_peer") == "none")
    #expect(try rig.daemon("-X", "0").client().command("replication peer a") == "CLIENT_ERROR replication is off")
  }
}
