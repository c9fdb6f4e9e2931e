import Testing

/// A third daemon comes while the two of a pair are cut, and brings what is older than their marks.
@Suite("Another daemon is another peer", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct OtherNodeTests {
  let rig = Rig()

  /// How many of these keys are there.
  private func present(_ daemon: Daemon, _ prefix: String, _ count: Int) throws -> Int {
    let keys = (0..<count).map { "\(prefix)\($0)" }.joined(separator: " ")
    return try daemon.client().ask("get \(keys)\r\n", until: "END\r\n").split(separator: "\r\n")
      .count { $0.hasPrefix("VALUE ") }
  }

  /// A and B have deleted and long forgotten 50 keys of which C holds older copies, and C has written 100 of its own when A was
  /// last written: they are older than what B has of A. C takes B's place for a while; then A and B meet again.
  @Test("C pairs with A while A and B are cut: after the heal C's items are on both, and no deleted key is back")
  func thirdNode() throws {
    let pair = try Pair(rig, relayed: true)
    let wireC = try rig.relay(to: pair.sideA.listenPort)
    wireC.refuse()
    let c = try rig.daemon("-x", "127.0.0.1", "-X", "\(try FreePorts.next()):\(wireC.port)")
    try c.client().fill("deleted", 0..<50, "older")
    let a = try pair.a.client()
    try a.fill("deleted", 0..<50, "newer")
    for key in 0..<50 { #expect(try a.command("delete deleted\(key)") == "DELETED") }
    #expect(
      try eventually { try pair.number("tombstones", of: pair.a) == 0 && pair.number("tombstones", of: pair.b) == 0 })
    Pair.tick()
    try c.client().fill("mine", 0..<100, "of c")
    Pair.tick()
    _ = try a.store("set", "last", "of a")
    #expect(try pair.becomesEqual())

    pair.wire.refuse()
    try pair.mustPart()
    wireC.pass()
    try c.mustStream()
    #expect(try eventually { try present(pair.a, "mine", 100) == 100 })
    wireC.refuse()
    #expect(c.logs("replication: close") && pair.a.logs("replication: close", times: 2))
    pair.wire.pass()
    try pair.b.mustStream(times: 2)
    #expect(try pair.becomesEqual())

    let found = try [pair.a, pair.b].map { try present($0, "mine", 100) }
    let deleted = try [pair.a, pair.b].map { try present($0, "deleted", 50) }
    print("after the heal: of C's 100 items \(found), of 50 deleted keys \(deleted)")
    #expect(found == [100, 100] && deleted == [0, 0])
    #expect(
      try eventually { try pair.number("tombstones", of: pair.a) == 0 && pair.number("tombstones", of: pair.b) == 0 })
  }
}
