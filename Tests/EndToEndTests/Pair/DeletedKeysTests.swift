import Testing

/// What a daemon that has a peer, or may have one, remembers of the dead, and what it costs the living.
@Suite("What is remembered of deleted keys", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct DeletedKeysTests {
  let rig = Rig()

  /// How many of the keys are there.
  private func present(_ client: Client, _ prefix: String, _ keys: [Int]) throws -> Int {
    var found = 0
    for start in stride(from: 0, to: keys.count, by: 100) {
      let some = keys[start..<min(start + 100, keys.count)]
      let answer = try client.ask(
        "get " + some.map { "\(prefix)\($0)" }.joined(separator: " ") + "\r\n", until: "END\r\n")
      found += answer.split(separator: "\r\n").count { $0.hasPrefix("VALUE ") }
    }
    return found
  }

  private func delete(_ client: Client, _ prefix: String, _ keys: Range<Int>) throws {
    for start in stride(from: keys.lowerBound, to: keys.upperBound, by: 1_000) {
      try client.send((start..<start + 1_000).map { "delete \(prefix)\($0) noreply\r\n" }.joined())
    }
    _ = try client.command("version")
  }

  /// A full cache of 64 MB: one page of small items, and large ones.
  private func fill(_ client: Client) throws {
    try client.fill("small", 0..<20_000, "1")
    var rounds = 0
    while try client.statistic("evictions") == "0", rounds < 10 {
      try client.fill("large", 0..<70_000, String(repeating: "v", count: 1_000))
      rounds += 1
    }
  }

  private func checkLiving(_ daemon: Daemon) throws {
    let client = try daemon.client()
    try fill(client)
    let small = Array(stride(from: 0, to: 20_000, by: 7))
    let large = Array(stride(from: 0, to: 70_000, by: 7))
    let before = (small: try present(client, "small", small), large: try present(client, "large", large))
    #expect(before.small == small.count)
    try delete(client, "absent", 0..<60_000)
    // Pages that were taken for the deleted are given back to the limit.
    _ = try eventually { try client.statistic("slab_reassign_running") == "0" }
    let after = (small: try present(client, "small", small), large: try present(client, "large", large))
    print("60,000 deletes: of small, large \(before) are left \(after)")
    #expect(after.small * 32 >= before.small * 31, "\(before) → \(after)")
    #expect(after.large * 64 >= before.large * 61, "\(before) → \(after)")
    let bytes = try #require(Int(client.linkStatistic("tombstone_bytes") ?? ""))
    // A 64th, and what the pages of a small share are rounded up by.
    #expect(bytes > 0 && bytes <= 64 << 20 / 64 + 64 << 10)
  }

  @Test("60,000 deletes of keys that are not there leave the small items of a full cache, alone") func alone() throws {
    try checkLiving(try rig.daemon("-m", "64", "-X", "\(try FreePorts.next())"))
  }

  @Test("60,000 deletes of keys that are not there leave the small items of a full cache, when the peer is away")
  func cut() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects, options: ["-m", "64"])
    let a = try rig.start(sideA)
    let b = try rig.launch(sideB)
    try b.mustStream()
    #expect(a.logs("replication: start"))
    b.kill()
    #expect(a.logs("replication: close"))
    try checkLiving(a)
  }

  @Test("Whoever connects to the port of the pair and is silent, or says what no peer says, makes it remember nothing")
  func silentStranger() throws {
    for words in ["", "GET / HTTP/1.0\r\n\r\n"] {
      let port = try FreePorts.next()
      let daemon = try rig.daemon("-m", "8", "-X", "\(port)")
      let client = try daemon.client()
      let stranger = try FalsePeer(port)
      #expect(daemon.logs("replication: accept"))
      if !words.isEmpty { stranger.say(Array(words.utf8)) }
      try client.fill("k", 0..<20_000, String(repeating: "v", count: 1_000))
      #expect(try client.statistic("evictions") != "0")
      stranger.client.resetOnClose()
      stranger.client.endOutput()
      try client.fill("k", 20_000..<40_000, String(repeating: "v", count: 1_000))
      for name in ["tombstones", "tombstone_bytes", "horizon_raised"] {
        #expect(try client.linkStatistic(name) == "0", "\(name) after \(words.debugDescription)")
      }
    }
  }
}
