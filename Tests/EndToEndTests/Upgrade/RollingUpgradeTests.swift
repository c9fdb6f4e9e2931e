import Testing

/// From a pair of repcached 2.x to a pair of this one, and who else may call on the replication port meanwhile.
@Suite("Rolling upgrade", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct RollingUpgradeTests {
  let rig = Rig()

  private func protocolOf(_ daemon: Daemon) throws -> String? {
    try daemon.client().linkStatistic("peer_protocol")
  }

  @Test("First one side is exchanged, then the other, and no item is lost") func upgrade() throws {
    var (sideA, sideB) = try Pair.sides(.bothConnect)
    // A is the old one and full; B, new, takes its place beside it.
    let old = try rig.old(port: sideA.listenPort)
    for key in 0..<200 { old.set("k\(key)", "\(key)", flags: 5) }
    let b = try rig.start(sideB)
    try b.mustStream()
    let client = try b.client()
    #expect(try client.text(of: "k199") == "199" && protocolOf(b) == "2")
    _ = try client.store("set", "during", "1")
    old.set("during-there", "2")
    #expect(try settled(on: "2") { try client.text(of: "during-there") } == "2")
    // A is exchanged too.
    old.end()
    #expect(b.logs("replication: close"))
    _ = try client.store("set", "alone", "3")
    sideA.connects = true
    sideB.connects = true
    let a = try rig.start(sideA)
    try a.mustStream()
    try b.mustStream(times: 2)
    #expect(try protocolOf(a) != "2" && protocolOf(b) != "2")
    let clientA = try a.client()
    for (key, value) in ["k0": "0", "k199": "199", "during": "1", "during-there": "2", "alone": "3"] {
      #expect(try settled(on: value) { try clientA.text(of: key) } == value)
      #expect(try clientA.fetch(key) == client.fetch(key), "flags and cas are equal too")
    }
    #expect(try client.command("delete k0") == "DELETED")
    #expect(try settled(on: nil) { try clientA.text(of: "k0") } == nil)
  }

  @Test(
    "A connector of this version whose hello comes late is not taken for an old one for long: no item is stamped anew")
  func lateHello() throws {
    let pairSides = try Pair.sides(.onlyBConnects)
    let sideA = pairSides.0
    var sideB = pairSides.1
    let a = try rig.start(sideA)
    let clientA = try a.client()
    _ = try clientA.store("set", "k", "1")
    let relay = try rig.relay(to: sideA.listenPort)
    sideB.peerPort = relay.port
    relay.stall()
    let b = try rig.launch(sideB)
    #expect(a.logs("replication: accept"), "\(a.log)")
    relay.pass()
    try b.mustStream()
    #expect(a.logs("replication: start", times: 1), "\(a.log)")
    let clientB = try b.client()
    #expect(try settled(on: clientA.fetch("k")) { try clientB.fetch("k") } == clientA.fetch("k"))
    #expect(try settled(on: false) { try protocolOf(a) == "2" || protocolOf(b) == "2" } == false)
  }

  @Test("A silent stranger on the port of one that is alone gives way to the peer") func silentStranger() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let a = try rig.start(sideA)
    let stranger = try Client(to: .local(sideA.listenPort))
    #expect(a.logs("replication: accept"), "\(a.log)")
    let b = try rig.start(sideB)
    try b.mustStream()
    _ = try a.client().store("set", "k", "1")
    let clientB = try b.client()
    #expect(try settled(on: "1") { try clientB.text(of: "k") } == "1")
    #expect(try stranger.rest().hasPrefix("repcached-unheard\r\n"))
  }

  @Test("A silent stranger, or an old peer, takes nothing from a pair") func strangerAtPair() throws {
    let pair = try Pair(rig)
    let stranger = try Client(to: .local(pair.sideA.listenPort))
    let old = try rig.old()
    try old.connect(to: pair.sideA.listenPort)
    old.set("k", "1")
    #expect(pair.a.logs("replication: already connected"), "\(pair.a.log)")
    #expect(settled(on: false) { old.isLinked } == false)
    #expect(try !stranger.rest().contains("rep "))
    #expect(!pair.a.hasLogged("replication: close") && old.cache.items.count == 1)
  }
}
