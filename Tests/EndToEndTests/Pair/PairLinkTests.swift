import TestSupport
import Testing

/// What networks and processes do to the link between the two, and that it heals by itself.
@Suite("The pair's link", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct PairLinkTests {
  let rig = Rig()

  private func crosses(_ from: Daemon, _ to: Daemon, _ key: String) throws -> Bool {
    let (near, far) = (try from.client(), try to.client())
    _ = try near.store("set", key, key)
    return try settled(on: key) { try far.text(of: key) } == key
  }

  @Test("Cut and joined again, both written meanwhile, they agree on all of it") func cutAndHealed() throws {
    let pair = try Pair(rig, relayed: true)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for key in ["a-deletes", "b-deletes", "a-wins", "b-wins", "kept"] { _ = try a.store("set", key, "old") }
    #expect(try settled(on: "old") { try b.text(of: "kept") } == "old")

    pair.wire.refuse()
    for daemon in [pair.a, pair.b] { #expect(daemon.logs("replication: close"), "\(daemon.log)") }
    _ = try a.store("set", "only-a", "1")
    _ = try b.store("set", "only-b", "2")
    _ = try b.store("set", "a-wins", "lost")
    _ = try a.store("set", "b-wins", "lost")
    Pair.tick()
    _ = try a.store("set", "a-wins", "won")
    _ = try b.store("set", "b-wins", "won")
    #expect(try a.command("delete a-deletes") == "DELETED")
    #expect(try b.command("delete b-deletes") == "DELETED")

    pair.wire.pass()
    try pair.waitUntilJoined(times: 2)
    let expected = ["only-a": "1", "only-b": "2", "a-wins": "won", "b-wins": "won", "kept": "old"]
    for client in [a, b] {
      for (key, value) in expected { #expect(try settled(on: value) { try client.text(of: key) } == value, "\(key)") }
      for key in ["a-deletes", "b-deletes"] {
        #expect(try settled(on: nil) { try client.text(of: key) } == nil, "\(key)")
      }
    }
    for key in expected.keys { #expect(try settled(on: a.fetch(key)) { try b.fetch(key) } == a.fetch(key), "\(key)") }
    #expect(try crosses(pair.a, pair.b, "after-a") && crosses(pair.b, pair.a, "after-b"))
  }

  @Test("Of two writes to one key while the link is cut, a millisecond apart, the younger wins") func youngerWins()
    throws
  {
    let pair = try Pair(rig, relayed: true)
    pair.wire.refuse()
    for daemon in [pair.a, pair.b] { #expect(daemon.logs("replication: close"), "\(daemon.log)") }
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for key in 0..<50 {
      let (first, second) = key % 2 == 0 ? (a, b) : (b, a)
      _ = try first.store("set", "k\(key)", "older")
      Pair.tick()
      if key % 3 == 0 {
        _ = try second.command("delete k\(key)")
      } else {
        _ = try second.store("set", "k\(key)", "younger")
      }
      Pair.tick()
    }
    pair.wire.pass()
    try pair.waitUntilJoined(times: 2)
    let expected = (0..<50).map { $0 % 3 == 0 ? nil : "younger" }
    for client in [a, b] {
      let deadline = Deadline.within(.seconds(10))
      #expect(try settled(on: expected, deadline) { try (0..<50).map { try client.text(of: "k\($0)") } } == expected)
    }
  }

  @Test("Torn ten times in a row under writes, they agree in the end", arguments: Pair.Roles.allCases)
  func tornOften(roles: Pair.Roles) throws {
    let pair = try Pair(rig, roles, relayed: true)
    let writers = [pair.a.endpoint, pair.b.endpoint].map { endpoint in
      Background.start {
        let client = try Client(to: endpoint)
        for round in 0..<400 {
          let batch = (0..<50).map { "set k\(($0 * 7 + round) % 300) 0 0 6 noreply\r\n\(100_000 + round)\r\n" }
          _ = try client.ask(batch.joined() + "delete k\(round % 300)\r\n")
        }
        return true
      }
    }
    for _ in 0..<10 {
      let seen = pair.wire.traffic
      // The cut falls into a stream that flows, if it still does: not on a link that is just being made.
      _ = eventually(.within(.seconds(3))) {
        pair.wire.traffic > seen + 10_000 || writers.allSatisfy(\.isDone)
      }
      pair.wire.cut()
    }
    for writer in writers { #expect(try writer.value()) }
    let request = "gets " + (0..<300).map { "k\($0)" }.joined(separator: " ") + "\r\n"
    let (a, b) = (try pair.a.client(), try pair.b.client())
    #expect(try eventually { try a.ask(request, until: "END\r\n") == b.ask(request, until: "END\r\n") })
    #expect(try crosses(pair.a, pair.b, "after-a") && crosses(pair.b, pair.a, "after-b"))
  }

  @Test("In pieces of a few bytes the link works all the same") func splitAnywhere() throws {
    let pair = try Pair(rig, relayed: true)
    let seed = TestSeeds.first
    pair.wire.split(seed: seed)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for key in 0..<200 {
      _ = try a.store("set", "a\(key)", String(repeating: "a", count: key))
      _ = try b.store("set", "b\(key)", String(repeating: "b", count: key))
    }
    for key in 0..<200 {
      #expect(try settled(on: a.fetch("a\(key)")) { try b.fetch("a\(key)") }?.value.count == key, "seed \(seed)")
      #expect(try settled(on: b.fetch("b\(key)")) { try a.fetch("b\(key)") }?.value.count == key, "seed \(seed)")
    }
    for daemon in [pair.a, pair.b] { #expect(!daemon.hasLogged("replication: close"), "seed \(seed)") }
  }

  @Test("A link that falls silent without an end is given up, and joined again when it speaks") func silentLink() throws
  {
    let pair = try Pair(rig, relayed: true)
    pair.wire.stall()
    for daemon in [pair.a, pair.b] { #expect(daemon.logs("replication: close"), "\(daemon.log)") }
    _ = try pair.a.client().store("set", "a", "1")
    _ = try pair.b.client().store("set", "b", "2")
    pair.wire.cut()
    pair.wire.pass()
    try pair.waitUntilJoined(times: 2)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    #expect(try settled(on: "1") { try b.text(of: "a") } == "1")
    #expect(try settled(on: "2") { try a.text(of: "b") } == "2")
  }

  @Test("A peer frozen for a blink stays joined or joins again; either way both agree") func frozenForABlink() throws {
    let pair = try Pair(rig)
    for round in 0..<5 {
      pair.b.freeze()
      _ = try pair.a.client().store("set", "k", "\(round)")
      pair.b.thaw()
      let b = try pair.b.client()
      #expect(try settled(on: "\(round)") { try b.text(of: "k") } == "\(round)")
    }
  }

  @Test("Whoever is not the peer is refused and told so in the log, and the pair goes on") func thirdDaemon() throws {
    let pair = try Pair(rig)
    let third = Side(
      port: try FreePorts.next(), listenPort: try FreePorts.next(), peerPort: pair.sideA.listenPort, connects: true)
    let c = try rig.start(third)
    #expect(pair.a.logs("replication: already connected"), "\(pair.a.log)")
    _ = try pair.a.client().store("set", "k", "1")
    let b = try pair.b.client()
    #expect(try settled(on: "1") { try b.text(of: "k") } == "1")
    #expect(try c.client().text(of: "k") == nil)
  }

  @Test("With -X 0 no one listens for a peer and the log is silent about it") func turnedOff() throws {
    let daemon = try rig.daemon("-X", "0")
    #expect(daemon.listeningPorts == [portOf(daemon)])
    #expect(daemon.replicationLog == [])
  }

  @Test(
    "Without -x and -X the daemon listens on 11212, and where that is taken it warns and serves alone",
    .enabled(if: FreePorts.isFree(11_212), "port 11212 is in use"))
  func defaultPort() throws {
    func start() throws -> Daemon {
      let port = try FreePorts.next()
      let daemon = try rig.launch(exactly: ["-l", "127.0.0.1", "-p", "\(port)", "-v"], endpoint: .local(port))
      #expect(daemon.becomesReady())
      return daemon
    }
    let first = try start()
    // Somebody else may have taken it since: then it is the first that warns and serves alone.
    guard first.listeningPorts.contains(11_212) else { return try expectAlone(first) }
    #expect(first.listeningPorts == [portOf(first), 11_212])
    #expect(first.logs("replication: listen"))
    try expectAlone(try start())
  }

  private func expectAlone(_ daemon: Daemon) throws {
    #expect(daemon.listeningPorts == [portOf(daemon)])
    #expect(eventually { daemon.log.contains { $0.contains("11212") } }, "\(daemon.log)")
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
  }

  @Test("Idle, neither daemon of a pair burns its processor") func idle() throws {
    let pair = try Pair(rig)
    let before = [pair.a, pair.b].map(\.processorSeconds)
    try pair.a.client().waitUntilExpired(after: 3)
    let used = zip([pair.a, pair.b].map(\.processorSeconds), before).map { $0 - $1 }
    #expect(used.allSatisfy { $0 < 0.5 }, "\(used) seconds in about three")
  }

  private func portOf(_ daemon: Daemon) -> UInt16 {
    if case .tcp(_, let port) = daemon.endpoint { port } else { 0 }
  }
}
