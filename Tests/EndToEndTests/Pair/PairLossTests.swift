import Foundation
import Testing

/// What two daemons lose when they meet, or meet again, and what not. `REPCACHED_FULL=1` (`make losses`) takes the sizes that
/// docs/benchmarks.md tells; an ordinary run takes an eighth of the memory and of the items.
@Suite("What a pair loses", .serialized, .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct PairLossTests {
  let rig = Rig()
  private static let isFull = ProcessInfo.processInfo.environment["REPCACHED_FULL"] != nil
  /// The part of the full size.
  private static let part = isFull ? 1 : 8
  private static var longest: Deadline { .within(.seconds(isFull ? 300 : 60)) }
  private static let value = String(repeating: "v", count: 100)

  private func present(_ daemon: Daemon, _ prefix: String, _ keys: Range<Int>) throws -> Int {
    let client = try daemon.client()
    return try stride(from: keys.lowerBound, to: keys.upperBound, by: 100).reduce(0) { found, start in
      let some = (start..<min(start + 100, keys.upperBound)).map { "\(prefix)\($0)" }
      let answer = try client.ask("get " + some.joined(separator: " ") + "\r\n", until: "END\r\n")
      return found + answer.split(separator: "\r\n").count { $0.hasPrefix("VALUE ") }
    }
  }

  /// Both have copied all, nothing that is remembered of the dead is left, and no refusal is on its way.
  private func mustSettle(_ pair: Pair) throws {
    let isSettled = try eventually(Self.longest) {
      try [pair.a, pair.b].allSatisfy {
        try $0.client().linkStatistic("state") == "stream" && pair.number("tombstones", of: $0) == 0
          && pair.number("queue_records", of: $0) == 0
      }
    }
    let statistics = try pair.a.client().ask("stats replication\r\n", until: "END\r\n")
    try #require(isSettled, "\(statistics)")
    for (from, to) in [(pair.a, pair.b), (pair.b, pair.a)] {
      _ = try from.client().store("set", "sentinel", "\(from.pid)")
      #expect(try eventually { try to.client().text(of: "sentinel") == "\(from.pid)" })
    }
  }

  private func part(_ pair: Pair) throws {
    pair.wire.refuse()
    try pair.mustPart()
  }

  private func count(_ daemon: Daemon) throws -> Int { Int(try daemon.client().statistic("curr_items") ?? "") ?? 0 }

  private func meet(_ pair: Pair) throws {
    pair.wire.pass()
    try pair.waitUntilJoined(times: 2)
    try mustSettle(pair)
  }

  @Test(
    "60,000 times a lock is taken and given back during a cut: of 2,000 keys that the other side wrote none is lost")
  func lockCycles() throws {
    let pair = try Pair(rig, options: ["-m", "8"], relayed: true)
    try part(pair)
    try pair.b.client().fill("k", 0..<2_000, "1")
    let client = try pair.a.client()
    for _ in 0..<60 {
      try client.send(String(repeating: "add lock 0 0 1 noreply\r\n1\r\ndelete lock noreply\r\n", count: 1_000))
    }
    _ = try client.command("version")
    try meet(pair)
    #expect(try [pair.a, pair.b].map { try present($0, "k", 0..<2_000) } == [2_000, 2_000])
    #expect(try pair.number("refused_values", of: pair.a) == 0)
  }

  @Test(
    "Two full caches, apart, are each written new keys: joined again both hold at least 90% of what each had of its own"
  )
  func fullCaches() throws {
    let pair = try Pair(rig, options: ["-m", "\(64 / Self.part)"], relayed: true)
    try pair.a.client().fill("base", 0..<600_000 / Self.part, Self.value)
    try mustSettle(pair)
    try part(pair)
    let keys = 0..<100_000 / Self.part
    try pair.a.client().fill("a", keys, Self.value)
    try pair.b.client().fill("b", keys, Self.value)
    let before = (a: try present(pair.a, "a", keys), b: try present(pair.b, "b", keys))
    let items = try [pair.a, pair.b].map { try count($0) }
    try meet(pair)
    for (before, after) in zip(items, try [pair.a, pair.b].map { try count($0) }) {
      print("full caches: \(before) items before, \(after) after")
      #expect(after * 10 >= before * 9)
    }
    let after = try [pair.a, pair.b].map { (a: try present($0, "a", keys), b: try present($0, "b", keys)) }
    let base = try [pair.a, pair.b].map { try present($0, "base", 0..<600_000 / Self.part) }
    print("full caches: own before \(before), after on A \(after[0]), on B \(after[1]); of the old \(base)")
    #expect(before.a * 2 > keys.count && before.b * 2 > keys.count)
    #expect(after[0].a * 10 >= before.a * 9 && after[0].b * 10 >= before.b * 9)
    #expect(after[1].a * 10 >= before.a * 9 && after[1].b * 10 >= before.b * 9)
  }

  /// Its copy comes before the own keys have been sent, and is older than they are.
  @Test("The smaller of two full caches, written apart, keeps its own keys, and the larger has them, too")
  func smallerApart() throws {
    let pair = try Pair(
      rig, options: ["-m", "\(256 / Self.part)"], optionsOfB: ["-m", "\(64 / Self.part)"], relayed: true)
    let value = String(repeating: "f", count: 200)
    try pair.a.client().fill("base", 0..<1_080_000 / Self.part, value)
    try mustSettle(pair)
    try part(pair)
    let keys = 0..<340_000 / Self.part
    try pair.b.client().fill("b", keys, value)
    let before = try present(pair.b, "b", keys)
    // More than fits, and more than is remembered of what was evicted: it asks for a copy of all.
    try #require(before < keys.count)
    #expect(try pair.number("horizon_raised", of: pair.b) > 0)
    try meet(pair)
    let after = try (a: present(pair.a, "b", keys), b: present(pair.b, "b", keys))
    print("smaller apart: B had \(before) of its own, A holds \(after.a) of them, B \(after.b)")
    #expect(after.a * 10 >= before * 9 && after.b * 10 >= before * 9)
  }

  /// - Parameter isAgain: the link is cut in the middle of the copy, and made again.
  @Test("A smaller joiner takes nothing: the larger one holds all that it had", arguments: [false, true])
  func smallerJoiner(isAgain: Bool) throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = ["-m", "\(256 / Self.part)"]
    sideB.options = ["-m", "\(64 / Self.part)"]
    let wire = try rig.wire(&sideA, &sideB)
    let a = try rig.start(sideA)
    let keys = 0..<700_000 / Self.part
    try a.client().fill("k", keys, Self.value)
    #expect(try a.client().statistic("evictions") == "0")
    let b = try rig.start(sideB)
    if isAgain {
      for time in 1...3 {
        try b.mustStream(times: time)
        wire.cut()
      }
    }
    try b.mustStream(times: isAgain ? 4 : 1)
    // What is written meanwhile crosses as it can.
    for start in stride(from: 0, to: keys.count, by: keys.count / 50) {
      try a.client().fill("k", start..<start + 100, "new")
    }
    let ends = [a, b]
    let isSettled = try eventually(Self.longest) {
      try ends.allSatisfy {
        let client = try $0.client()
        return try client.linkStatistic("state") == "stream" && client.linkStatistic("tombstones") == "0"
      }
    }
    #expect(isSettled)
    _ = try a.client().store("set", "sentinel", "1")
    #expect(try eventually { try b.client().text(of: "sentinel") == "1" })
    #expect(try present(a, "k", keys) == keys.count)
    #expect(try a.client().text(of: "k0") == "new")
    print("smaller joiner: A holds \(try present(a, "k", keys)) of \(keys.count), B \(try present(b, "k", keys))")
  }
}
