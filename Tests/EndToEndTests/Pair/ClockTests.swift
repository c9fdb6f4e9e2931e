import Testing

/// Two hosts whose clocks do not agree. The stamps' order is the clocks' where no one has heard of the other, and the order of
/// what was heard otherwise; a clock that is too far off would win for ever, so such a pair is none.
@Suite("Clocks that do not agree", .enabled(if: ShiftedClock.isPossible, "no shifted clock under a sanitizer"))
struct ClockTests {
  let rig = Rig()

  private func shifted(_ seconds: Int, _ roles: Pair.Roles = .bothConnect) throws -> Pair {
    try Pair(rig, roles, relayed: true, clockOffsetOfA: seconds)
  }

  @Test("Half a minute apart they join, hold the same, and each says how far the other is off", arguments: [30, -30])
  func halfAMinute(seconds: Int) throws {
    let pair = try shifted(seconds)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for key in 0..<500 {
      _ = try (key % 2 == 0 ? a : b).store("set", "k\(key)", "\(key)", exptime: key % 3 == 0 ? 1_000 : 0)
      if key % 5 == 0 { _ = try (key % 2 == 0 ? b : a).command("delete k\(key)") }
    }
    let (seenByA, seenByB) = (try #require(try offset(a)), try #require(try offset(b)))
    #expect(abs(seenByB - 1_000 * seconds) < 5_000 && abs(seenByA + 1_000 * seconds) < 5_000, "\(seenByA) \(seenByB)")
    let digest = try Digests(a, b)
    #expect(try eventually { try digest.areEqual() })
    #expect(try a.statistic("curr_items") == b.statistic("curr_items"))
    #expect(try abs(Int(a.statistic("time") ?? "")! - Int(b.statistic("time") ?? "")! - seconds) < 5)
  }

  private func offset(_ client: Client) throws -> Int? {
    try client.linkStatistic("clock_offset_ms").flatMap { Int($0) }
  }

  @Test("Joined, the later of two writes wins though the clock of its side is behind", arguments: [30, -30])
  func joined(seconds: Int) throws {
    let pair = try shifted(seconds)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for round in 0..<50 {
      let (first, second) = round % 2 == 0 ? (a, b) : (b, a)
      _ = try first.store("set", "k", "older \(round)")
      #expect(try settled(on: "older \(round)") { try second.text(of: "k") } == "older \(round)")
      _ = try second.store("set", "k", "younger \(round)")
      #expect(try settled(on: "younger \(round)") { try first.text(of: "k") } == "younger \(round)")
    }
  }

  @Test("Cut apart, of two writes the one with the higher stamp wins: that of the clock ahead", arguments: [30, -30])
  func conflicts(seconds: Int) throws {
    let pair = try shifted(seconds)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    pair.wire.refuse()
    for daemon in [pair.a, pair.b] { #expect(daemon.logs("replication: close"), "\(daemon.log)") }
    let (ahead, behind) = seconds > 0 ? (a, b) : (b, a)
    for key in 0..<100 {
      _ = try ahead.store("set", "k\(key)", "ahead")
      _ = try behind.store("set", "k\(key)", "behind")
    }
    let stamps = try (0..<100).map { max(try a.fetch("k\($0)")?.cas ?? 0, try b.fetch("k\($0)")?.cas ?? 0) }
    pair.wire.pass()
    let digest = try Digests(a, b)
    #expect(try eventually { try digest.areEqual() })
    for client in [a, b] {
      for key in 0..<100 {
        let item = try client.fetch("k\(key)")
        #expect(item?.text == "ahead" && item?.cas == stamps[key])
      }
    }
  }

  @Test("What is stored as dead is alive on neither, whatever the clocks", arguments: [30, -30])
  func deadOnArrival(seconds: Int) throws {
    let pair = try shifted(seconds)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (here, there, name) in [(a, b, "a"), (b, a, "b")] {
      #expect(try here.store("set", name, "dead", exptime: -1) == "STORED")
      #expect(try here.store("set", name + "-last", "1") == "STORED")
      #expect(try settled(on: "1") { try there.text(of: name + "-last") } == "1")
      #expect(try here.fetch(name) == nil && there.fetch(name) == nil)
    }
  }

  @Test("A flush of a time to come comes at that time on both, whichever side is asked", arguments: [30, -30])
  func delayedFlush(seconds: Int) throws {
    for asksA in [true, false] {
      let pair = try shifted(seconds)
      let (a, b) = (try pair.a.client(), try pair.b.client())
      let (near, far) = asksA ? (a, b) : (b, a)
      // Both have heard of the other's clock: what is written is stamped by the one ahead.
      for client in [a, b] { _ = try client.store("set", "old", "1") }
      #expect(try near.command("flush_all 5") == "OK")
      _ = try near.store("set", "told", "1")
      #expect(try settled(on: "1") { try far.text(of: "told") } == "1")
      #expect(try near.text(of: "old") == "1" && far.text(of: "old") == "1", "not before its time")
      for client in [a, b] {
        #expect(try settled(on: nil, .within(.seconds(20))) { try client.text(of: "old") } == nil)
      }
      _ = try near.store("set", "new", "1")
      #expect(try settled(on: "1") { try far.text(of: "new") } == "1")
    }
  }

  @Test("A minute and a half apart they do not pair: each says once whose clock it is, and sends nothing")
  func tooFar() throws {
    for (seconds, roles) in [(90, Pair.Roles.onlyBConnects), (-90, .onlyBConnects), (90, .bothConnect)] {
      var (sideA, sideB) = try Pair.sides(roles)
      sideA.clockOffset = seconds
      let wire = try rig.wire(&sideA, &sideB)
      let a = try rig.start(sideA)
      let clientA = try a.client()
      _ = try clientA.store("set", "secret-key", "secret-value")
      let b = try rig.start(sideB)
      let clientB = try b.client()
      _ = try clientB.store("set", "secret-key-b", "secret-value")
      // Refused again and again.
      for client in [clientA, clientB] where roles == .bothConnect || client === clientA {
        #expect(try eventually { Int(try client.linkStatistic("refused_peers") ?? "") ?? 0 >= 3 }, "\(a.log)\n\(b.log)")
      }
      let word = seconds > 0 ? "ahead of" : "behind"
      let opposite = seconds > 0 ? "behind" : "ahead of"
      expectOneLine(a, of: [("its clock is", opposite + " this side's"), ("this side's clock is", word)])
      expectOneLine(b, of: [("its clock is", word + " this side's"), ("this side's clock is", opposite)])
      #expect(try clientA.fetch("secret-key-b") == nil && clientB.fetch("secret-key") == nil)
      #expect(try clientA.linkStatistic("bytes_sent") == "0" && clientB.linkStatistic("bytes_sent") == "0")
      for relay in wire.relays {
        #expect(!String(decoding: relay.opening, as: UTF8.self).contains("secret"))
      }
    }
  }

  /// One line for each way in which it met the other, and each of them tells whose clock it is.
  private func expectOneLine(_ daemon: Daemon, of ways: [(start: String, end: String)]) {
    let told = daemon.replicationLog.filter { $0.contains("clock") }
    let isRight = told.allSatisfy { line in ways.contains { line.contains($0.start) && line.contains($0.end) } }
    #expect(
      isRight && !told.isEmpty && Set(told.map { $0.filter { !$0.isNumber } }).count == told.count, "\(daemon.log)")
  }
}
