import Foundation
import Testing

/// What the two hold, and by how many calls it got there.
extension OldComplaintsTests {
  @Test("Crossing writes leave the two swapped") func crossingWrites() throws {
    let pair = try Pair(rig)
    let writers = [("a", pair.a.endpoint), ("b", pair.b.endpoint)].map { name, endpoint in
      Background.start {
        let client = try Client(to: endpoint)
        for round in 0..<100 {
          try client.send((0..<500).map { "set k\($0) \(round) 0 5 noreply\r\n\(name)\(1_000 + round)\r\n" }.joined())
        }
        return try client.ask("version\r\n")
      }
    }
    for writer in writers { #expect(try writer.value().hasPrefix("VERSION")) }
    let request = "gets " + (0..<500).map { "k\($0)" }.joined(separator: " ") + "\r\n"
    let (a, b) = (try pair.a.client(), try pair.b.client())
    #expect(try eventually { try a.ask(request, until: "END\r\n") == b.ask(request, until: "END\r\n") })
    #expect(try a.ask(request, until: "END\r\n").split(separator: "\r\n").count == 1_001)
    #expect(try pair.becomesEqual())
  }

  @Test("Deleted keys come back after the copy", arguments: Pair.Roles.allCases)
  func deletedKeysReturn(roles: Pair.Roles) throws {
    let pair = try Pair(rig, roles, relayed: true)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    try a.fill("k", 0..<1_000, "old")
    #expect(try pair.becomesEqual())
    pair.wire.refuse()
    try pair.mustPart()
    for key in 0..<1_000 { try (key % 2 == 0 ? a : b).send("delete k\(key) noreply\r\n") }
    for client in [a, b] { _ = try client.command("version") }
    pair.wire.pass()
    try pair.waitUntilJoined(times: 2)
    for client in [a, b] { #expect(try settled(on: "0") { try client.statistic("curr_items") } == "0") }
    #expect(try pair.becomesEqual())
  }

  @Test("A delete of a key that only the peer holds is not sent") func deleteOfTheOthers() throws {
    let pair = try Pair(rig, relayed: true)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    pair.wire.refuse()
    try pair.mustPart()
    _ = try a.store("set", "of-a", "1")
    _ = try b.store("set", "of-b", "1")
    Pair.tick()
    #expect(try a.command("delete of-b") == "NOT_FOUND" && b.command("delete of-a") == "NOT_FOUND")
    pair.wire.pass()
    try pair.waitUntilJoined(times: 2)
    for client in [a, b] {
      for key in ["of-a", "of-b"] { #expect(try settled(on: nil) { try client.text(of: key) } == nil, "\(key)") }
    }
  }

  @Test("A failed set leaves the old value on the peer", arguments: ["too large", "no memory"])
  func failedSet(kind: String) throws {
    let pair = try Pair(rig, options: kind == "no memory" ? ["-M", "-m", "4"] : [])
    let (a, b) = (try pair.a.client(), try pair.b.client())
    let size = kind == "no memory" ? 300_000 : 1 << 21
    for (near, far, key) in [(a, b, "of-b"), (b, a, "of-a")] {
      _ = try far.store("set", key, "old")
      #expect(try settled(on: "old") { try near.text(of: key) } == "old")
      if kind == "no memory" {
        for other in 0..<30 { _ = try near.store("set", "other\(other)", [UInt8](repeating: 1, count: 300_000)) }
      }
      let answer = try near.store("set", key, [UInt8](repeating: 1, count: size))
      #expect(answer.hasPrefix("SERVER_ERROR "))
      #expect(try near.text(of: key) == nil)
      #expect(try settled(on: nil) { try far.text(of: key) } == nil)
    }
  }

  /// Of the commands only `set` replaces in any case; the others depend on what is held, and leave it where they fail.
  @Test("A failed command that is no set takes the old value from both", arguments: ["too large", "no memory"])
  func failedOthers(kind: String) throws {
    let pair = try Pair(rig, options: kind == "no memory" ? ["-M", "-m", "4"] : [])
    let (a, b) = (try pair.a.client(), try pair.b.client())
    let value = [UInt8](repeating: 1, count: kind == "no memory" ? 300_000 : 1 << 21)
    for (near, far, key) in [(a, b, "of-b"), (b, a, "of-a")] {
      _ = try far.store("set", key, "old")
      #expect(try settled(on: "old") { try near.text(of: key) } == "old")
      if kind == "no memory" { for other in 0..<30 { _ = try near.store("set", "other\(other)", value) } }
      for command in ["add", "replace", "append", "prepend", "cas"] {
        let unique = command == "cas" ? " \(try #require(try near.fetch(key)).cas)" : ""
        try near.send(Array("\(command) \(key) 0 0 \(value.count)\(unique)\r\n".utf8) + value + [13, 10])
        #expect(try near.line().hasPrefix("SERVER_ERROR "), "\(command)")
      }
      // What is written last has crossed last.
      _ = try near.store("set", "\(key)-last", "1")
      #expect(try settled(on: "1") { try far.text(of: "\(key)-last") } == "1")
      #expect(try near.text(of: key) == "old" && far.text(of: key) == "old")
    }
  }

  @Test("flush_all 0 is lost", arguments: ["flush_all 0", "flush_all 0 noreply", "flush_all", "flush_all -1"])
  func flushIsLost(command: String) throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (near, far) in [(a, b), (b, a)] {
      try far.fill("k", 0..<100, "old")
      #expect(try settled(on: "old") { try near.text(of: "k99") } == "old")
      try near.send(command + "\r\n")
      if !command.hasSuffix("noreply") { #expect(try near.line() == "OK\r\n") }
      for client in [near, far] { #expect(try settled(on: nil) { try client.text(of: "k99") } == nil) }
      #expect(try pair.becomesEqual())
    }
  }

  @Test("touch is not replicated") func touch() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (near, far, key) in [(a, b, "a"), (b, a, "b")] {
      _ = try near.store("set", key, "1", exptime: 2)
      _ = try near.store("set", "\(key)-short", "1")
      #expect(try settled(on: "1") { try far.text(of: "\(key)-short") } == "1")
      #expect(try near.command("touch \(key) 1000") == "TOUCHED")
      #expect(try near.command("touch \(key)-short 1") == "TOUCHED")
      #expect(try settled(on: near.fetch(key)?.cas) { try far.fetch(key)?.cas } == near.fetch(key)?.cas)
    }
    // When the short ones are gone and the clock has passed the others' first end, those are still there.
    _ = try a.store("set", "clock", "1", exptime: 3)
    #expect(try settled(on: nil) { try b.text(of: "clock") } == nil)
    #expect(try settled(on: nil) { try a.text(of: "clock") } == nil)
    for client in [a, b] {
      for key in ["a", "b"] {
        #expect(try client.text(of: key) == "1", "\(key)")
        #expect(try client.text(of: "\(key)-short") == nil, "\(key)-short")
      }
    }
  }

  @Test("A value too big for the peer is parsed as commands there") func tooBigForThePeer() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = ["-I", "4m"]
    let (a, b) = (try rig.start(sideA), try rig.start(sideB))
    for daemon in [a, b] { try daemon.mustStream() }
    let (clientA, clientB) = (try a.client(), try b.client())
    _ = try clientA.store("set", "kept", "1")
    _ = try clientA.store("set", "k", "old")
    #expect(try settled(on: "old") { try clientB.text(of: "k") } == "old")
    let commands = Array(String(repeating: "flush_all\r\ndelete kept\r\n", count: 100_000).utf8)
    #expect(try clientA.store("set", "k", commands) == "STORED")
    #expect(try settled(on: nil) { try clientB.text(of: "k") } == nil, "the old value is not served in its place")
    _ = try clientA.store("set", "after", "2")
    #expect(try settled(on: "2") { try clientB.text(of: "after") } == "2")
    #expect(try clientB.text(of: "kept") == "1" && clientA.fetch("k")?.value == commands)
    for daemon in [a, b] { #expect(!daemon.hasLogged("replication: close"), "\(daemon.log)") }
  }

  @Test("One write(2) per mutation") func oneWriteEach() throws {
    let pair = try Pair(rig, relayed: true)
    let relay = try #require(pair.wire.relays.first)
    let before = relay.traffic.segmentsBack
    try pair.a.client().fill("k", 0..<20_000, "value")
    #expect(try pair.becomesEqual())
    let segments = relay.traffic.segmentsBack - before
    #expect((1..<2_000).contains(segments), "\(segments) segments for 20,000 mutations")
  }

  @Test("A copy of many items stalls clients") func stallingCopy() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let a = try rig.start(sideA)
    try a.client().fill("k", 0..<100_000, String(repeating: "v", count: 100))
    let endpoint = a.endpoint
    let isOver = Flag()
    let waits = Background.start {
      let client = try Client(to: endpoint)
      var (count, longest) = (0, Duration.zero)
      while !isOver.isSet {
        let start = ContinuousClock.now
        _ = try client.store("set", "k\(count % 100_000)", "new")
        longest = max(longest, ContinuousClock.now - start)
        count += 1
      }
      return (count, longest)
    }
    let begun = ContinuousClock.now
    let b = try rig.launch(sideB)
    #expect(a.logs("replication: marugoto owari"), "\(a.log)")
    let copying = ContinuousClock.now - begun
    isOver.set()
    let (count, longest) = try waits.value()
    #expect(count > 100 && longest < copying / 3, "\(count) writes, the longest \(longest), the copy \(copying)")
    #expect(b.logs("replication: start"))
  }
}
