import Testing

/// Silence proves nothing: who says nothing may be the peer, whose hello is late, or anyone.
@Suite("Silence on the port of the pair", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct SilenceTests {
  let rig = Rig()

  @Test(
    "Eight stalls of 1.2 s, 200 keys deleted in each, half on either side: none comes back", .timeLimit(.minutes(2)))
  func stalls() throws {
    let pair = try Pair(rig, .bothConnect, relayed: true)
    let clients = [try pair.a.client(), try pair.b.client()]
    try clients[0].fill("k", 0..<1_600, "v")
    #expect(try pair.becomesEqual())
    // The times are what is tested: how long nothing comes through, when in it is deleted, and how soon it is silent again.
    for stall in 0..<8 {
      for relay in pair.wire.relays { relay.stall() }
      Kernel.sleep(microseconds: 300_000)
      for (side, client) in clients.enumerated() {
        let start = stall * 200 + side * 100
        try client.send((start..<start + 100).map { "delete k\($0) noreply\r\n" }.joined())
        _ = try client.command("version")
      }
      Kernel.sleep(microseconds: 900_000)
      for relay in pair.wire.relays { relay.pass() }
      Kernel.sleep(microseconds: 200_000)
    }
    #expect(try pair.becomesEqual())
    for client in clients { #expect(try client.statistic("curr_items") == "0") }
    for daemon in [pair.a, pair.b] { #expect(try daemon.client().linkStatistic("peer_protocol") != "2") }
  }

  /// Both hold a hundred keys, and A has lost B, which is stopped.
  private func pairWithoutB() throws -> (pair: Pair, client: Client) {
    let pair = try Pair(rig)
    let client = try pair.a.client()
    try client.fill("k", 0..<100, "v")
    #expect(try pair.becomesEqual())
    pair.b.freeze()
    #expect(pair.a.logs("replication: close"))
    return (pair, client)
  }

  @Test("A silent stranger is not taken for the peer that is away, nor for one of 2.x, and settles nothing")
  func scanner()
    throws
  {
    let (pair, client) = try pairWithoutB()
    try client.send((0..<100).map { "delete k\($0) noreply\r\n" }.joined())
    _ = try client.command("version")
    let stranger = try Client(to: .local(pair.sideA.listenPort))
    _ = try stranger.rest()
    #expect(eventually { pair.a.log.contains { $0.hasSuffix("(no hello)") } }, "\(pair.a.log)")
    #expect(!pair.a.hasLogged("replication: accept", times: 2))
    #expect(try client.linkStatistic("tombstones") == "100")
    pair.b.thaw()
    #expect(try pair.becomesEqual())
    #expect(try pair.b.client().statistic("curr_items") == "0" && client.statistic("curr_items") == "0")
  }

  @Test("One of 2.x that took the peer's place for a while settles nothing that the peer must hear")
  func oldPeer() throws {
    let (pair, client) = try pairWithoutB()
    let old = try rig.old()
    try old.connect(to: pair.sideA.listenPort)
    old.set("word", "1")
    #expect(try settled(on: "1") { try client.text(of: "word") } == "1")
    try client.send((0..<100).map { "delete k\($0) noreply\r\n" }.joined())
    #expect(settled(on: 1) { old.cache.items.count } == 1)
    #expect(try client.linkStatistic("tombstones") == "100")
    old.end()
    pair.b.thaw()
    #expect(try pair.becomesEqual())
    for daemon in [pair.a, pair.b] { #expect(try daemon.client().statistic("curr_items") == "1") }
  }

  @Test("-o repl_legacy: one of 2.x that says nothing gets its copy, also after another kind of peer") func announced()
    throws
  {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects, options: ["-o", "repl_legacy"])
    let (a, b) = (try rig.start(sideA), try rig.launch(sideB))
    for daemon in [a, b] { try daemon.mustStream() }
    _ = try a.client().store("set", "k", "1")
    b.kill()
    #expect(a.logs("replication: close"))
    let old = try rig.old()
    try old.connect(to: sideA.listenPort)
    #expect(settled(on: "1") { old.text(of: "k") } == "1")
  }
}
