import TestSupport
import Testing

/// `-o repl_ack`: of two clients on two sides that write the same key, each only if nobody else has, one is told that it
/// was done. Without it both are: nobody has asked the peer.
@Suite(
  "Two sides written at the same moment, if the key is absent or unchanged",
  .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct OvertakenWritesTests {
  let rig = Rig()

  /// Nothing is told of what was overtaken while one copies.
  private func pair() throws -> Pair {
    let pair = try Pair(rig, .bothConnect, options: ["-o", "repl_ack=20000"], relayed: true)
    for daemon in [pair.a, pair.b] { try daemon.tellsStream() }
    return pair
  }

  /// Both say it while neither can know of the other; then what each was answered. What is written second counts.
  ///
  /// - Parameter aIsFirst: which side that is.
  private func race(_ pair: Pair, aIsFirst: Bool, _ key: String, _ request: (String) -> String) throws -> [String] {
    let sides = aIsFirst ? [pair.a, pair.b] : [pair.b, pair.a]
    pair.wire.stall()
    let writers = try zip(sides, ["first", "second"]).map { side, name in
      let (writer, reader) = (try side.client(), try side.client())
      try writer.send(request(name))
      // It is answered when the peer has it, and there when it is executed.
      #expect(try settled(on: name) { try reader.text(of: key) } == name)
      Pair.tick()
      return writer
    }
    pair.wire.pass()
    return try writers.map { try $0.read(until: "\r\n") }
  }

  @Test("add: one is stored", arguments: [false, true])
  func add(meta: Bool) throws {
    let pair = try pair()
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (round, aIsFirst) in [true, false].enumerated() {
      let answers = try race(pair, aIsFirst: aIsFirst, "k\(round)") {
        meta ? "ms k\(round) \($0.count) ME O7 k\r\n\($0)\r\n" : "add k\(round) 0 0 \($0.count)\r\n\($0)\r\n"
      }
      #expect(answers == (meta ? ["NS O7 kk\(round)\r\n", "HD O7 kk\(round)\r\n"] : ["NOT_STORED\r\n", "STORED\r\n"]))
      for client in [a, b] { #expect(try settled(on: "second") { try client.text(of: "k\(round)") } == "second") }
    }
  }

  @Test("cas: one is stored", arguments: [false, true])
  func compareAndSwap(meta: Bool) throws {
    let pair = try pair()
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (first, second) in [(a, b), (b, a)] {
      #expect(try second.store("set", "k", "base") == "STORED")
      #expect(try settled(on: "base") { try first.text(of: "k") } == "base")
      let unique = try #require(try first.ask("mg k c\r\n").split(separator: "c").last?.dropLast())
      let answers = try race(pair, aIsFirst: first === a, "k") {
        meta ? "ms k \($0.count) C\(unique)\r\n\($0)\r\n" : "cas k 0 0 \($0.count) \(unique)\r\n\($0)\r\n"
      }
      #expect(answers == (meta ? ["EX\r\n", "HD\r\n"] : ["EXISTS\r\n", "STORED\r\n"]))
      for client in [a, b] { #expect(try settled(on: "second") { try client.text(of: "k") } == "second") }
    }
  }

  @Test("add in frames: the first is told that the key exists") func binary() throws {
    let pair = try pair()
    let (a, b) = (try pair.a.client(), try pair.b.client())
    pair.wire.stall()
    for (client, side, name) in [(a, pair.a, "first"), (b, pair.b, "second")] {
      try client.send([.set("k", name, 0x02)])
      let reader = try side.client()
      #expect(try settled(on: name) { try reader.text(of: "k") } == name)
      Pair.tick()
    }
    pair.wire.pass()
    #expect(try a.answer().status == 2)
    #expect(try b.answer().status == 0)
  }

  @Test("set asks for nothing: both are stored") func set() throws {
    let pair = try pair()
    let answers = try race(pair, aIsFirst: true, "k") { "set k 0 0 \($0.count)\r\n\($0)\r\n" }
    #expect(answers == ["STORED\r\n", "STORED\r\n"])
  }

  @Test("Locks taken by add on both sides in turn with others have one holder at a time") func locks() throws {
    let pair = try pair()
    let endpoint = pair.a.endpoint
    let holders = Background.start { try Self.takeLocks(endpoint, "a") }
    let b = try Self.takeLocks(pair.b.endpoint, "b")
    let a = try holders.value()
    #expect(a.isDisjoint(with: b), "\(a.intersection(b).sorted().prefix(5))")
    #expect(a.union(b).count == Self.lockCount)
  }

  private static let lockCount = 300

  /// The locks that this one was told to have.
  private static func takeLocks(_ endpoint: Endpoint, _ name: String) throws -> Set<Int> {
    let client = try Client(to: endpoint)
    var held: Set<Int> = []
    for number in 0..<lockCount where try client.store("add", "lock\(number)", name) == "STORED" { held.insert(number) }
    return held
  }
}
