import Foundation
import TestSupport
import Testing

// What users of repcached 2.x suffered, one test each, by its name. This file has those of the link and the process,
// `OldComplaintsTests+Content.swift` those of what is held. Two are not here: the binary protocol, which is not served yet, and
// the figures of speed, which `scripts/measure-pair` takes.
@Suite("What repcached 2.x was blamed for", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct OldComplaintsTests {
  let rig = Rig()

  func crosses(_ pair: Pair, _ key: String) throws -> Bool {
    let (a, b) = (try pair.a.client(), try pair.b.client())
    _ = try a.store("set", "\(key)-a", key)
    _ = try b.store("set", "\(key)-b", key)
    return try settled(on: key) { try b.text(of: "\(key)-a") } == key
      && settled(on: key) { try a.text(of: "\(key)-b") } == key
  }

  @Test("No reconnect after a cut, both listen for ever", arguments: Pair.Roles.allCases)
  func noReconnect(roles: Pair.Roles) throws {
    let pair = try Pair(rig, roles, relayed: true)
    for round in 2...3 {
      pair.wire.refuse()
      try pair.mustPart(times: round - 1)
      // Alone, each may be written, and has time to try in vain.
      _ = try pair.a.client().store("set", "a\(round)", "1")
      _ = try pair.b.client().store("set", "b\(round)", "1")
      for daemon in [pair.a, pair.b] { #expect(daemon.logs("replication: listen"), "\(daemon.log)") }
      pair.wire.pass()
      try pair.waitUntilJoined(times: round)
      #expect(try crosses(pair, "round\(round)") && pair.becomesEqual())
    }
    #expect(try pair.a.client().statistic("curr_items") == "8")
  }

  @Test("A second start at the same time leaves both listening", arguments: 0..<4)
  func startedTogether(round: Int) throws {
    let (sideA, sideB) = try Pair.sides(.bothConnect)
    func both() throws -> [Daemon] {
      if round % 2 == 0 { return [try rig.launch(sideA), try rig.launch(sideB)] }
      return try [rig.launch(sideB), rig.launch(sideA)].reversed()
    }
    let daemons = try both()
    for daemon in daemons { try daemon.mustStream() }
    let (a, b) = (try daemons[0].client(), try daemons[1].client())
    for key in 0..<50 {
      _ = try a.store("set", "a\(key)", "\(key)")
      _ = try b.store("set", "b\(key)", "\(key)")
    }
    #expect(try settled(on: "49") { try b.text(of: "a49") } == "49")
    #expect(try settled(on: "49") { try a.text(of: "b49") } == "49")
    #expect(try Set([a, b].map { try $0.statistic("replication") }) == ["MASTER", "SLAVE"])
  }

  @Test("A queue of 8192 keys closes the link when it is full", arguments: [["-q", "1000"], ["-o", "repl_queue=1"]])
  func fullQueue(limit: [String]) throws {
    for attempt in 1...3 {
      let pair = try Pair(rig, options: limit, relayed: true)
      try overflow(pair)
      // Half a second without the processor, or without a byte from the wire, is silence, and ends a link whatever the
      // queue does: that is another rule. `LinkMachineTests` and `ReplicatorTests` say that a full queue alone does
      // not.
      if [pair.a, pair.b].contains(where: { $0.logText.contains("is silent") }) {
        print("attempt \(attempt): the wire was silent for half a second, the link was made anew")
        continue
      }
      for daemon in [pair.a, pair.b] { #expect(!daemon.hasLogged("replication: close"), "\(daemon.log)") }
      #expect(pair.wire.relays.map(\.traffic.connections) == [1], "the link is the one that it was")
      #expect(try pair.number("copies_full", of: pair.a) == 1 && pair.number("copies_partial", of: pair.a) > 0)
      return
    }
  }

  private func overflow(_ pair: Pair) throws {
    let a = try pair.a.client()
    try a.fill("k", 0..<2_000, String(repeating: "a", count: 1_000))
    #expect(try pair.becomesEqual())
    let before = pair.a.residentBytes
    // The link lives, and is far too slow for what is written.
    pair.wire.slow(bytesPerSecond: 500_000)
    for round in 0..<20 { try a.fill("k", 0..<2_000, String(repeating: "\(round % 10)", count: 1_000)) }
    #expect(try pair.number("stream_overflows", of: pair.a) > 0)
    let grown = pair.a.residentBytes - before
    #expect(grown < 16 << 20, "resident bytes rose by \(grown)")
    pair.wire.pass()
    #expect(try pair.becomesEqual())
    #expect(try pair.b.client().text(of: "k1999") == String(repeating: "9", count: 1_000))
  }

  @Test("A stopped peer breaks the pair or burns a core") func stoppedPeer() throws {
    let pair = try Pair(rig)
    let a = try pair.a.client()
    pair.b.freeze()
    try a.fill("k", 0..<20_000, String(repeating: "v", count: 1_000))
    #expect(try a.store("set", "last", "1") == "STORED")
    let before = pair.a.processorSeconds
    try a.waitUntilExpired(after: 2)
    #expect(pair.a.processorSeconds - before < 0.5)
    pair.b.thaw()
    #expect(try settled(on: "1") { try pair.b.client().text(of: "last") } == "1")
    #expect(try pair.becomesEqual())
    #expect(try crosses(pair, "after"))
  }

  @Test("A slow peer breaks the pair or burns a core") func slowPeer() throws {
    let pair = try Pair(rig, relayed: true)
    let a = try pair.a.client()
    pair.wire.slow(bytesPerSecond: 100_000)
    let before = pair.a.processorSeconds
    var count = 0
    try a.waitUntilExpired(after: 3) {
      let answer = try a.store("set", "k\(count)", "1")
      #expect(answer == "STORED")
      count += 1
    }
    #expect(pair.a.processorSeconds - before < 1)
    #expect(try pair.becomesEqual())
    for daemon in [pair.a, pair.b] { #expect(!daemon.hasLogged("replication: close"), "\(daemon.log)") }
  }

  @Test("A wrong get on the replication port crashes it, or any other garbage", arguments: 0..<4)
  func garbage(kind: Int) throws {
    let pair = try Pair(rig)
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    let bytes: [UInt8]
    switch kind {
    case 0: bytes = Array("get a\r\nset a 0 0 1\r\n1\r\nstats\r\n".utf8)
    case 1: bytes = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    case 2: bytes = [UInt8](repeating: 255, count: 4_096)
    default: bytes = [UInt8](repeating: 0, count: 4_096)
    }
    var connections = 0
    for port in [pair.sideA.listenPort, pair.sideB.listenPort] {
      for _ in 0..<3 {
        // A connector that is linked need not listen.
        guard let client = try? Client(to: .local(port)) else { continue }
        connections += 1
        do { try client.send(bytes) } catch Client.Failure.closed {}
      }
    }
    #expect(connections >= 3, "seed \(seed)")
    #expect(try crosses(pair, "after"), "seed \(seed)")
    #expect(try pair.a.client().text(of: "a") == nil, "seed \(seed)")
    #expect(!pair.a.hasLogged("replication: close"), "seed \(seed)")
  }

  @Test("SIGTERM with a stuck peer never ends", arguments: [SIGTERM, SIGINT])
  func stuckPeer(signal: Int32) throws {
    let pair = try Pair(rig)
    pair.b.freeze()
    let client = try pair.a.client()
    for key in 0..<1_000 { _ = try client.store("set", "k\(key)", "1") }
    // Five seconds are its promise, the rest is the machine's.
    #expect(pair.a.end(with: signal, .within(.seconds(7))) == .exited(0))
    pair.b.thaw()
    #expect(pair.b.logs("replication: close"))
  }

  @Test("IPv4 only", arguments: Pair.Roles.allCases) func overV6(roles: Pair.Roles) throws {
    let pair = try Pair(rig, roles, host: "::1")
    #expect(try crosses(pair, "k"))
    #expect(pair.b.logs("replication: connect (peer=[::1]:\(pair.sideA.listenPort))"), "\(pair.b.log)")
  }

  @Test("The replication port gives the whole cache to whoever connects first")
  func wholeCacheToTheFirst() throws {
    let folder = try rig.folder()
    try "a secret of the two of us".write(toFile: folder.file("secret"), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("secret"))
    for options in [["-o", "repl_secret=\(folder.file("secret"))"], ["-x", "127.0.0.9"]] {
      let port = try FreePorts.next()
      let daemon = try rig.daemon(["-X", "\(port):\(try FreePorts.next())", "-o", "repl_wait=0"] + options)
      _ = try daemon.client().store("set", "k", "precious")
      #expect(eventually { daemon.listeningPorts.contains(port) })
      let silent = try Client(to: .local(port))
      let old = try rig.old()
      try old.connect(to: port)
      #expect(try silent.rest().utf8.count < 50, "\(options)")
      #expect(settled(on: false) { old.isLinked } == false)
      #expect(old.cache.items.isEmpty)
      #expect(eventually { daemon.log.contains { $0.hasPrefix("replication: refused 127.0.0.1:") } }, "\(daemon.log)")
      #expect(try eventually { try daemon.client().linkStatistic("refused_peers") == "2" })
    }
  }

  @Test("stats say MASTER whatever happens") func alwaysMaster() throws {
    let pair = try Pair(rig)
    func role(_ daemon: Daemon) throws -> String? { try daemon.client().statistic("replication") }
    #expect(try role(pair.a) == "MASTER" && role(pair.b) == "SLAVE")
    pair.a.kill()
    #expect(try settled(on: "MASTER") { try role(pair.b) } == "MASTER")
    try pair.restartA(connecting: true)
    try pair.a.mustStream()
    #expect(try role(pair.a) == "SLAVE" && role(pair.b) == "MASTER")
    #expect(try pair.a.client().linkStatistic("role") == "SLAVE")
  }
}
