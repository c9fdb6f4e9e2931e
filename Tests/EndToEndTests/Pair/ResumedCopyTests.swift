import Testing

/// A link that stalls again and again in the middle of a copy.
@Suite("A copy that is cut goes on", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct ResumedCopyTests {
  let rig = Rig()

  /// At 20 MB/s a stall of 0.8 s every 2.5 s lets some 15 MB through on each link: that much is let through here, whatever the
  /// time that takes. Before, each copy began at zero: 19 of them and 282 MB in 30 s, and B had not all of it then.
  @Test("60 MB over a wire of 20 MB/s that stalls after each 15 MB: one copy from zero, no more than a half sent twice")
  func stalls() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects, options: ["-m", "256"])
    let wire = try rig.wire(&sideA, &sideB)
    wire.refuse()
    let a = try rig.start(sideA)
    let client = try a.client()
    try client.fill("k", 0..<60_000, String(repeating: "v", count: 1_000))
    let b = try rig.start(sideB)
    wire.slow(bytesPerSecond: 20_000_000)
    let clientB = try b.client()
    let maxLinks = 12
    var links = 1
    while links < maxLinks {
      let before = wire.traffic
      _ = eventually { wire.traffic - before > 15_000_000 || b.hasLogged("replication: start") }
      if b.hasLogged("replication: start") { break }
      wire.stall()
      #expect(a.logs("replication: close", times: links) && b.logs("replication: close", times: links))
      links += 1
      wire.slow(bytesPerSecond: 20_000_000)
    }
    wire.pass()
    let digests = try Digests(client, clientB)
    #expect(try eventually { try digests.areEqual() })
    let full = try client.linkStatistic("copies_full")
    let resumed = try Int(client.linkStatistic("copies_resumed") ?? "") ?? 0
    print("60 MB with stalls: \(links) links, \(wire.traffic) bytes, copies resumed \(resumed), full \(full ?? "")")
    #expect(links > 1 && links < maxLinks && wire.traffic < 90_000_000)
    #expect(full == "1" && resumed >= links - 1)
    #expect(try clientB.statistic("curr_items") == "60000")
  }
}
