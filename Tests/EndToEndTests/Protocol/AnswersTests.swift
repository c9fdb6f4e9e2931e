import Testing

/// `-o repl_ack`: an answer tells what became of the write.
@Suite("What the answer to a write tells", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct AnswersTests {
  let rig = Rig()

  private struct Two {
    let (a, b): (Daemon, Daemon)
    let (onA, onB): (Client, Client)

    func counts() throws -> [String] {
      try ["repl_ack_refused", "repl_ack_timeouts"].map { try onA.linkStatistic($0) ?? "" }
    }
  }

  /// A's clients wait, for 20 s if need be.
  private func two(_ optionsOfA: [String] = [], _ optionsOfB: [String] = [], through relay: (UInt16) throws -> UInt16)
    throws -> Two
  {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = ["-o", "repl_ack=20000"] + optionsOfA
    sideB.options = optionsOfB
    sideB.peerPort = try relay(sideA.listenPort)
    let (a, b) = (try rig.launch(sideA), try rig.launch(sideB))
    for daemon in [a, b] { try daemon.mustStream() }
    return Two(a: a, b: b, onA: try a.client(), onB: try b.client())
  }

  @Test("A value that is too large for the peer is stored, and counted: it is here alone") func tooLarge() throws {
    let two = try two(["-I", "10m"], ["-I", "1m"]) { $0 }
    let value = Array(repeating: UInt8(ascii: "v"), count: 5 << 20)
    #expect(try two.onA.store("set", "large", value) == "STORED")
    #expect(try two.counts() == ["1", "0"])
    #expect(try two.onA.fetch("large")?.value.count == value.count && two.onB.text(of: "large") == nil)
    #expect(try two.onA.store("set", "small", "1") == "STORED")
    #expect(try two.onB.text(of: "small") == "1" && two.counts() == ["1", "0"])
  }

  @Test("What a full peer with -M has no room for is stored, and counted, one by one") func full() throws {
    let two = try two(["-m", "64"], ["-m", "4", "-M"]) { $0 }
    let value = String(repeating: "v", count: 50_000)
    let count = 150
    for key in 0..<count { #expect(try two.onA.store("set", "k\(key)", value) == "STORED") }
    let missing = try (0..<count).count { try two.onB.text(of: "k\($0)") == nil }
    #expect(missing > 0 && missing < count)
    #expect(try two.counts() == ["\(missing)", "0"])
    for key in 0..<count { #expect(try two.onA.text(of: "k\(key)") == value) }
  }

  @Test("What the peer refuses, because it has forgotten a delete of the key, is an error: it is nowhere")
  func refused()
    throws
  {
    var relay: Relay?
    let two = try two(["-m", "64"], ["-m", "2", "-I", "256k"]) { port in
      let made = try rig.relay(to: port)
      relay = made
      return made.port
    }
    let reader = try two.a.client()
    var answers: [String] = []
    for round in 0..<20 where !answers.contains(where: { $0.hasPrefix("SERVER_ERROR") }) {
      let key = "k\(round)"
      #expect(try two.onA.store("set", key, "old") == "STORED")
      relay?.stall()
      #expect(try two.onB.command("delete \(key)") == "DELETED")
      Pair.tick()
      try two.onA.send("set \(key) 0 0 3\r\nnew\r\n")
      #expect(try settled(on: "new") { try reader.text(of: key) } == "new")
      Pair.tick()
      try two.onB.send((0..<5_000).map { "delete n\(round)-\($0) noreply\r\n" }.joined())
      _ = try two.onB.command("version")
      relay?.pass()
      answers.append(try two.onA.line())
      // A host that was too slow for all this has cut the link.
      _ = eventually { two.b.replicationLog.last == "replication: start" }
    }
    let last = "k\(answers.count - 1)"
    #expect(try settled(on: nil) { try two.onA.text(of: last) } == nil)
    #expect(try two.onB.text(of: last) == nil)
    #expect(answers.last == "SERVER_ERROR not stored: the peer refused it\r\n", "\(answers)")
    #expect(try two.counts().first == "0")
  }

  @Test("While a copy is under way a write waits for the peer to have it, not for the copy's end") func duringCopy()
    throws
  {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects, options: ["-m", "256"])
    sideA.options += ["-o", "repl_ack=20000"]
    let a = try rig.start(sideA)
    let onA = try a.client()
    try onA.fill("k", 0..<300_000, String(repeating: "v", count: 200))
    let relay = try rig.relay(to: sideA.listenPort)
    sideB.peerPort = relay.port
    relay.slow(bytesPerSecond: 6 << 20)
    let b = try rig.launch(sideB)
    #expect(a.logs("replication: marugoto start"))
    for number in 0..<3 {
      #expect(try onA.store("set", "during\(number)", "1") == "STORED")
      #expect(try onA.linkStatistic("state") == "copy" && !a.hasLogged("replication: marugoto owari"))
    }
    #expect(try onA.linkStatistic("repl_ack_timeouts") == "0")
    relay.pass()
    try b.mustStream()
    #expect(try b.client().text(of: "during2") == "1")
  }

  @Test("An answer given because the link broke is counted") func broken() throws {
    var relay: Relay?
    let two = try two { port in
      let made = try rig.relay(to: port)
      relay = made
      return made.port
    }
    relay?.stall()
    #expect(try two.onA.store("set", "k", "1") == "STORED")
    #expect(two.a.logs("replication: close"))
    #expect(try two.counts() == ["0", "1"])
    #expect(try two.onA.store("set", "alone", "1") == "STORED", "without a peer nothing waits")
    #expect(try two.counts() == ["0", "1"])
  }
}
