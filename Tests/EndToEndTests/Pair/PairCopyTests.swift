import Testing

/// Joining: what was there before crosses too, in both directions, told in the log as it was in repcached 2.x.
@Suite("The copy at a join", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct PairCopyTests {
  let rig = Rig()

  private func fill(_ daemon: Daemon, _ prefix: String, _ count: Int) throws {
    let client = try daemon.client()
    for start in stride(from: 0, to: count, by: 1_000) {
      let keys = start..<min(start + 1_000, count)
      try client.send(keys.map { "set \(prefix)\($0) \($0) 0 \("\($0)".count) noreply\r\n\($0)\r\n" }.joined())
    }
    _ = try client.ask("version\r\n")
  }

  /// The items of these keys, with flags and cas, as one text.
  private func contents(_ daemon: Daemon, _ prefix: String, _ count: Int) throws -> String {
    let client = try daemon.client()
    return try stride(from: 0, to: count, by: 1_000).map { start in
      let keys = (start..<min(start + 1_000, count)).map { "\(prefix)\($0)" }
      return try client.ask("gets " + keys.joined(separator: " ") + "\r\n", until: "END\r\n")
    }.joined()
  }

  @Test(
    "10,000 items that were there before the join are all on the joiner when it answers, and the log says so in this order"
  )
  func beforeTheJoin() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let a = try rig.start(sideA)
    try fill(a, "k", 10_000)
    let b = try rig.start(sideB)
    let there = try contents(b, "k", 10_000)
    #expect(there.split(separator: "\r\n").count == 20_010)
    #expect(try there == contents(a, "k", 10_000))
    #expect(
      b.logs(inOrder: [sideB.connectLine, "replication: marugoto copying", "replication: start"]), "\(b.replicationLog)"
    )
    #expect(
      a.logs(inOrder: [
        "replication: listen", "replication: accept", "replication: marugoto start", "replication: marugoto 10000",
        "replication: marugoto owari", "replication: start",
      ]), "\(a.replicationLog)")
  }

  @Test("Both full before they meet, they merge; of a key that both have, the younger stays") func merge() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let wire = try rig.wire(&sideA, &sideB)
    wire.refuse()
    let (a, b) = (try rig.start(sideA), try rig.start(sideB))
    try fill(a, "a", 3_000)
    try fill(b, "b", 3_000)
    for (older, newer, key) in [(a, b, "b-younger"), (b, a, "a-younger")] {
      _ = try older.client().store("set", key, "older")
      Pair.tick()
      _ = try newer.client().store("set", key, "newer")
    }
    wire.pass()
    try a.mustStream()
    try b.mustStream()
    for prefix in ["a", "b"] {
      #expect(try eventually { try contents(a, prefix, 3_000) == contents(b, prefix, 3_000) })
      #expect(try contents(a, prefix, 3_000).split(separator: "\r\n").count == 6_003)
    }
    for daemon in [a, b] {
      let client = try daemon.client()
      for key in ["a-younger", "b-younger"] {
        #expect(try settled(on: "newer") { try client.text(of: key) } == "newer")
      }
    }
  }

  @Test("An empty joiner lets no client in before it has everything") func closedUntilCopied() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let a = try rig.start(sideA)
    try fill(a, "k", 20_000)
    let b = try rig.launch(sideB)
    #expect(b.becomesReady())
    #expect(try b.client().text(of: "k0") == "0")
    #expect(try b.client().text(of: "k19999") == "19999")
  }

  @Test("Clients go on writing while the copy runs, and nothing of it is lost") func writesDuringTheCopy() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let a = try rig.start(sideA)
    try fill(a, "k", 20_000)
    let endpoint = a.endpoint
    let writer = Background.start {
      let client = try Client(to: endpoint)
      for key in 0..<20_000 {
        if key % 2 == 0 {
          try client.send("set k\(key) 1 0 7 noreply\r\nupdated\r\n")
        } else {
          try client.send("delete k\(key) noreply\r\n")
        }
      }
      return try client.ask("version\r\n")
    }
    let b = try rig.start(sideB)
    _ = try writer.value()
    #expect(try eventually { try contents(a, "k", 20_000) == contents(b, "k", 20_000) })
    #expect(try contents(b, "k", 20_000).split(separator: "\r\n").count == 20_020)
  }

  @Test("With a queue of a dozen and writers that never rest a joiner opens its port, and is equal when they do rest")
  func shortQueue() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects, options: ["-q", "12", "-t", "1"])
    let a = try rig.start(sideA)
    try fill(a, "k", 50_000)
    let (endpoint, isOver) = (a.endpoint, Flag())
    let writer = Background.start {
      let client = try Client(to: endpoint)
      var count = 0
      while !isOver.isSet {
        // More in a batch than the queue holds.
        let batch = (0..<50).map { "set k\((count + $0) % 50_000) 1 0 7 noreply\r\nupdated\r\n" }.joined()
        _ = try client.ask(batch + "version\r\n")
        count += 50
      }
      return count
    }
    let b = try rig.start(sideB)
    let overflows = try Int(a.client().linkStatistic("stream_overflows") ?? "") ?? 0
    isOver.set()
    #expect(try writer.value() > 0)
    #expect(overflows > 0)
    let digests = try Digests(a.client(), b.client())
    #expect(try eventually { try digests.areEqual() })
    #expect(try b.client().statistics("").first { $0.name == "curr_items" }?.value == "50000")
  }

  @Test("A large copy of mixed sizes arrives whole") func mixedSizes() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let a = try rig.start(sideA)
    let client = try a.client()
    let sizes = (0..<200).map { ($0 * 4_999) % 300_000 }
    for (key, size) in sizes.enumerated() {
      _ = try client.store("set", "k\(key)", [UInt8](repeating: UInt8(truncatingIfNeeded: key), count: size))
    }
    let clientB = try rig.start(sideB).client()
    for key in sizes.indices { #expect(try clientB.fetch("k\(key)") == client.fetch("k\(key)")) }
  }
}
