import Testing

/// The main job: two daemons, one content, whichever of them a client talks to and whatever ends.
@Suite("The pair", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct PairTests {
  let rig = Rig()

  @Test("The main job: written and read on both, the master killed, the survivor written, the dead one back and full")
  func mainJob() throws {
    let pair = try Pair(rig)
    var (a, b) = (try pair.a.client(), try pair.b.client())

    #expect(try a.store("set", "from-a", "1", flags: 11) == "STORED")
    #expect(try settled(on: "1") { try b.text(of: "from-a") } == "1")
    #expect(try b.store("set", "from-b", "2", flags: 22) == "STORED")
    #expect(try settled(on: "2") { try a.text(of: "from-b") } == "2")
    for key in ["from-a", "from-b"] { #expect(try a.fetch(key) == b.fetch(key), "flags and cas are equal too") }

    #expect(try a.command("delete from-b") == "DELETED")
    #expect(try settled(on: nil) { try b.text(of: "from-b") } == nil)
    #expect(try b.command("delete from-a") == "DELETED")
    #expect(try settled(on: nil) { try a.text(of: "from-a") } == nil)

    #expect(try a.store("set", "before", "1") == "STORED")
    #expect(try settled(on: "1") { try b.text(of: "before") } == "1")
    pair.a.kill()
    #expect(pair.b.logs(inOrder: ["replication: start", "replication: close", "replication: listen"]), "\(pair.b.log)")
    #expect(try b.text(of: "before") == "1")
    #expect(try b.store("set", "meanwhile", "2") == "STORED")

    try pair.restartA(connecting: true)
    try pair.a.mustStream()
    a = try pair.a.client()
    #expect(try a.text(of: "before") == "1")
    #expect(try a.fetch("meanwhile") == b.fetch("meanwhile"))
    #expect(try a.store("set", "again-a", "3") == "STORED")
    #expect(try settled(on: "3") { try b.text(of: "again-a") } == "3")
    b = try pair.b.client()
    #expect(try b.store("set", "again-b", "4") == "STORED")
    #expect(try settled(on: "4") { try a.text(of: "again-b") } == "4")
  }

  @Test("The slave killed, the master written, the slave back and full", arguments: Pair.Roles.allCases)
  func slaveKilled(roles: Pair.Roles) throws {
    let pair = try Pair(rig, roles)
    let a = try pair.a.client()
    _ = try a.store("set", "before", "1")
    pair.b.kill()
    #expect(pair.a.logs("replication: close"), "\(pair.a.log)")
    _ = try a.store("set", "meanwhile", "2")
    try pair.restartB(connecting: true)
    try pair.b.mustStream()
    let b = try pair.b.client()
    #expect(try b.fetch("before") == a.fetch("before"))
    #expect(try b.fetch("meanwhile") == a.fetch("meanwhile"))
    _ = try b.store("set", "back", "3")
    #expect(try settled(on: "3") { try a.text(of: "back") } == "3")
  }

  @Test("Killed in turn, again and again, neither loses what the other has", arguments: Pair.Roles.allCases)
  func killedInTurn(roles: Pair.Roles) throws {
    let pair = try Pair(rig, roles)
    for round in 0..<3 {
      _ = try pair.a.client().store("set", "a\(round)", "a")
      _ = try pair.b.client().store("set", "b\(round)", "b")
      let (a, b) = (try pair.a.client(), try pair.b.client())
      #expect(try settled(on: "a") { try b.text(of: "a\(round)") } == "a")
      #expect(try settled(on: "b") { try a.text(of: "b\(round)") } == "b")
      if round % 2 == 0 {
        pair.a.kill()
        try pair.restartA(connecting: true)
      } else {
        pair.b.kill()
        try pair.restartB(connecting: true)
      }
      for daemon in [pair.a, pair.b] {
        let client = try daemon.client()
        for key in (0...round).flatMap({ ["a\($0)", "b\($0)"] }) {
          #expect(try settled(on: String(key.first ?? "?")) { try client.text(of: key) } == String(key.first ?? "?"))
        }
      }
    }
  }

  @Test(
    "The connector may start first; it serves alone and is joined when the other comes", arguments: Pair.Roles.allCases)
  func connectorFirst(roles: Pair.Roles) throws {
    let (sideA, sideB) = try Pair.sides(roles)
    let b = try rig.start(sideB)
    let clientB = try b.client()
    #expect(try clientB.store("set", "early", "1") == "STORED")
    #expect(b.logs(inOrder: [sideB.connectLine, "replication: listen"]), "\(b.log)")
    let a = try rig.launch(sideA)
    try a.mustStream()
    try b.mustStream()
    let clientA = try a.client()
    #expect(try settled(on: "1") { try clientA.text(of: "early") } == "1")
    #expect(try clientA.store("set", "late", "2") == "STORED")
    #expect(try settled(on: "2") { try clientB.text(of: "late") } == "2")
  }

  @Test("On one host both may name the same replication port: who cannot bind it only connects")
  func samePort() throws {
    var (sideA, sideB) = try Pair.sides(.bothConnect)
    let port = sideA.listenPort
    sideA = Side(port: sideA.port, listenPort: port, peerPort: port, connects: false)
    sideB = Side(port: sideB.port, listenPort: port, peerPort: port, connects: true)
    let a = try rig.start(sideA)
    let b = try rig.launch(sideB)
    try b.mustStream()
    let clientB = try b.client()
    _ = try a.client().store("set", "k", "1")
    #expect(try settled(on: "1") { try clientB.text(of: "k") } == "1")
    a.kill()
    #expect(b.logs("replication: listen"), "\(b.log)")
    #expect(settled(on: true) { b.listeningPorts.contains(port) }, "the survivor takes the port")
    sideA.connects = true
    let again = try rig.launch(sideA)
    try again.mustStream()
    let clientA = try again.client()
    #expect(try clientA.text(of: "k") == "1")
    _ = try clientA.store("set", "k", "2")
    #expect(try settled(on: "2") { try clientB.text(of: "k") } == "2")
  }

  @Test("Two that were started with other limits each say what it costs") func limits() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = ["-m", "128", "-I", "512k"]
    sideB.options = ["-m", "64", "-I", "2m", "-M", "-C"]
    let (a, b) = (try rig.start(sideA), try rig.launch(sideB))
    for daemon in [a, b] { try daemon.mustStream() }
    #expect(
      a.replicationLog.filter { $0.contains(" -") } == [
        "replication: the peer has -m 64, this side -m 128: what it has no room for is here alone",
        "replication: only the peer has -M: when it is full, what is written here is here alone",
        "replication: only the peer has -C: no cas succeeds there",
      ])
    #expect(
      b.replicationLog.filter { $0.contains(" -") } == [
        "replication: the peer has -I 512k, this side -I 2m: larger values are here alone",
        "replication: only this side has -M: when it is full, what is written at the peer is there alone",
        "replication: only this side has -C: no cas succeeds here",
      ])
  }

  @Test("A unix socket's clients are mirrored as any others") func overUnixSocket() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let path = try rig.folder().file("socket")
    let a = try rig.launch(
      exactly: ["-s", path, "-l", "127.0.0.1", "-v"] + sideA.arguments, endpoint: .unix(path: path))
    #expect(a.becomesReady())
    let b = try rig.start(sideB)
    try b.mustStream()
    _ = try a.client().store("set", "k", "1")
    let clientB = try b.client()
    #expect(try settled(on: "1") { try clientB.text(of: "k") } == "1")
  }
}
