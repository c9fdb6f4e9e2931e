import Testing

/// Wall clocks that are wrong, or wrong for a while: what it does to times to live, and how the two find together again.
@Suite("Clocks that step", .enabled(if: ShiftedClock.isPossible, "no shifted clock under a sanitizer"))
struct ClockStepTests {
  let rig = Rig()

  private func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

  @Test("A lock of 4 s lives 4 s on both, within a second, also where one clock is ahead", arguments: [5, -5])
  func lock(ahead: Int) throws {
    let pair = try Pair(rig, clockOffsetOfA: ahead)
    for (near, far) in try [(pair.a.client(), pair.b.client()), (pair.b.client(), pair.a.client())] {
      let begin = ContinuousClock.now
      #expect(try near.store("add", "lock", "1", exptime: 4) == "STORED")
      #expect(try settled(on: "1", .within(.seconds(2))) { try far.text(of: "lock") } == "1", "not gone at once")
      var lives: [Double] = []
      for client in [near, far] {
        #expect(try settled(on: nil, .within(.seconds(20))) { try client.text(of: "lock") } == nil)
        lives.append(seconds(ContinuousClock.now - begin))
      }
      // What a busy machine adds is no time to live.
      #expect(lives.allSatisfy { $0 > 2.9 && $0 < 6 }, "\(lives)")
    }
  }

  @Test("A clock an hour ahead for a moment: TTL 600 lives on, TTL 2 dies, the pair streams again, and after a restart")
  func hourAhead() throws {
    let folder = try rig.folder()
    let file = folder.file("clock")
    try ShiftedClock.set(file, seconds: 0)
    let pair = try Pair(rig, clockFileOfA: file)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (client, name) in [(a, "a"), (b, "b")] {
      _ = try client.store("set", "\(name)-long", "1", exptime: 600)
      _ = try client.store("set", "\(name)-short", "1", exptime: 2)
      _ = try client.store("set", "\(name)-ever", "1")
    }
    for client in [a, b] { #expect(try settled(on: "1") { try client.text(of: "b-ever") } == "1") }
    try ShiftedClock.set(file, seconds: 3600)
    for number in 0..<100 { _ = try a.store("set", "ahead\(number)", "1", exptime: number % 2 == 0 ? 600 : 0) }
    #expect(try a.command("flush_all 3600") == "OK")
    // How long the clock is wrong is what is tested: some heartbeats tell of it.
    Kernel.sleep(microseconds: 300_000)
    try ShiftedClock.set(file, seconds: 0)
    #expect(try eventually { try isEqual(a, b) }, "\(pair.a.log)\n\(pair.b.log)")
    #expect(pair.a.log.contains { $0.contains("from ahead of the clock have new stamps") }, "\(pair.a.log)")
    for client in [a, b] {
      for name in ["a", "b"] {
        #expect(try client.text(of: "\(name)-long") == "1" && client.text(of: "\(name)-ever") == "1")
        #expect(try settled(on: nil) { try client.text(of: "\(name)-short") } == nil)
      }
      for number in 0..<100 { #expect(try client.text(of: "ahead\(number)") == "1") }
    }
    pair.b.kill()
    try pair.restartB(connecting: true)
    let again = try pair.b.client()
    #expect(try eventually { try isEqual(a, again) }, "\(pair.a.log)\n\(pair.b.log)")
    #expect(try again.text(of: "ahead99") == "1" && again.text(of: "a-long") == "1")
  }

  /// Seconds by which the clocks of A and B are ahead: from the start, and then for a moment; in the end both are right.
  struct Step: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var start = (a: 0, b: 0)
    var moment = (a: 0, b: 0)
    var isWritten = true

    static let all = [
      Step(testDescription: "an hour ahead for a moment, idle", moment: (3_600, 0), isWritten: false),
      Step(testDescription: "an hour ahead for a moment, written", moment: (0, 3_600)),
      Step(testDescription: "both a day ahead for a moment", moment: (86_400, 86_400)),
      Step(testDescription: "started an hour behind and corrected", start: (-3_600, 0)),
      Step(testDescription: "started an hour ahead and set back for good", start: (3_600, 0)),
    ]
  }

  @Test(
    "Whatever the clocks did, once they are right the two hold what both were told, after a restart of either, too",
    arguments: Step.all)
  func steps(step: Step) throws {
    let folder = try rig.folder()
    var (sideA, sideB) = try Pair.sides(.bothConnect)
    let files = (folder.file("a"), folder.file("b"))
    (sideA.clockFile, sideB.clockFile) = files
    func set(_ seconds: (a: Int, b: Int)) throws {
      try ShiftedClock.set(files.0, seconds: seconds.a)
      try ShiftedClock.set(files.1, seconds: seconds.b)
    }
    try set(step.start)
    var daemons = [try rig.start(sideA), try rig.start(sideB)]
    func write(_ name: String) throws {
      for (side, daemon) in daemons.enumerated() { try daemon.client().fill("\(name)\(side).", 0..<100, "\(name)") }
    }
    func holdAll() throws {
      let clients = try daemons.map { try $0.client() }
      #expect(try eventually { try isEqual(clients[0], clients[1]) }, "\(daemons.map(\.log))")
      let names = step.isWritten ? ["first", "then"] : ["first"]
      for client in clients {
        for name in names {
          for side in 0...1 { #expect(try client.text(of: "\(name)\(side).99") == name) }
        }
        #expect(try client.statistic("curr_items") == "\(names.count * 200)")
      }
    }
    try write("first")
    try set(step.moment)
    if step.isWritten { try write("then") }
    // How long the clocks are wrong is what is tested: some heartbeats tell of it.
    Kernel.sleep(microseconds: 300_000)
    try set((0, 0))
    try holdAll()
    for (number, side) in [sideA, sideB].enumerated() {
      daemons[number].kill()
      daemons[number] = try rig.start(side)
      try holdAll()
    }
  }

  /// Both stream and hold the same.
  private func isEqual(_ one: Client, _ other: Client) throws -> Bool {
    for client in [one, other] where try client.linkStatistic("state") != "stream" { return false }
    return try Digests(one, other).areEqual()
  }
}
