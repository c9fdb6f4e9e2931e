import Foundation
import Testing

/// What crosses is the item that resulted, whole: value, flags, time to live and cas, whatever command made it.
@Suite("What the pair carries over", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct PairMutationTests {
  let rig = Rig()

  /// A command on one side, and the value that both must hold then; nil for none.
  struct Mutation: Sendable, CustomTestStringConvertible {
    let request: String
    let answer: String
    let value: String?
    var flags: UInt32 = 7
    /// The item is another one then, and has another cas unique.
    var changes = true

    var testDescription: String { request.split(separator: "\r\n").first.map(String.init) ?? request }

    static let all = [
      Mutation(request: "set k 7 0 3\r\nnew", answer: "STORED", value: "new"),
      Mutation(request: "set k 4294967295 0 0\r\n", answer: "STORED", value: "", flags: .max),
      Mutation(request: "replace k 9 0 3\r\nnew", answer: "STORED", value: "new", flags: 9),
      Mutation(request: "append k 9 0 1\r\n5", answer: "STORED", value: "105"),
      Mutation(request: "prepend k 9 0 1\r\n5", answer: "STORED", value: "510"),
      Mutation(request: "incr k 5", answer: "15", value: "15"),
      Mutation(request: "incr k 90", answer: "100", value: "100"),
      Mutation(request: "decr k 1", answer: "9", value: "9"),
      Mutation(request: "touch k 1000", answer: "TOUCHED", value: "10", changes: false),
      Mutation(request: "touch k -1", answer: "TOUCHED", value: nil),
      Mutation(request: "delete k", answer: "DELETED", value: nil),
      Mutation(request: "delete k 0", answer: "DELETED", value: nil),
      Mutation(request: "set k 0 -1 1\r\n1", answer: "STORED", value: nil),
      Mutation(request: "flush_all", answer: "OK", value: nil),
      Mutation(request: "flush_all 0", answer: "OK", value: nil),
    ]
  }

  @Test("Every mutating command, on either side, leaves the two equal") func everyMutation() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (near, far) in [(a, b), (b, a)] {
      for mutation in Mutation.all {
        #expect(try far.store("set", "k", "10", flags: 7) == "STORED")
        let before = try #require(try far.fetch("k"))
        #expect(try settled(on: before) { try near.fetch("k") } == before)
        #expect(try near.command(mutation.request) == mutation.answer, "\(mutation.testDescription)")
        let after = try near.fetch("k")
        #expect(after?.text == mutation.value, "\(mutation.testDescription)")
        if after != nil { #expect(after?.flags == mutation.flags && (after?.cas != before.cas) == mutation.changes) }
        #expect(try settled(on: after) { try far.fetch("k") } == after, "\(mutation.testDescription)")
        // What changes nothing that a client sees is seen in the digest.
        if !mutation.changes { #expect(try pair.becomesEqual()) }
      }
    }
  }

  @Test("add, cas and gat cross; noreply changes nothing") func conditionalMutations() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (near, far) in [(a, b), (b, a)] {
      try near.send("flush_all noreply\r\nadd k 5 0 1 noreply\r\n1\r\n")
      #expect(try settled(on: "1") { try far.text(of: "k") } == "1")
      #expect(try far.store("add", "k", "2") == "NOT_STORED")
      let seen = try #require(try far.fetch("k"))
      #expect(try far.command("cas k 6 0 1 \(seen.cas)\r\n3") == "STORED", "the cas of one side holds on the other")
      #expect(try settled(on: "3") { try near.text(of: "k") } == "3")
      #expect(try near.command("cas k 6 0 1 \(seen.cas)\r\n4") == "EXISTS")
      #expect(try near.ask("gats 1000 k\r\n", until: "END\r\n").hasPrefix("VALUE k 6 1 "))
      #expect(try pair.becomesEqual())
      let touched = try #require(try near.fetch("k"))
      #expect(try far.fetch("k") == touched)
      #expect(try far.command("cas k 6 0 1 \(touched.cas)\r\n3") == "STORED", "a cas begun before a touch succeeds")
      #expect(try settled(on: far.fetch("k")) { try near.fetch("k") } == far.fetch("k"))
      #expect(try near.ask("gat -1 k\r\n", until: "END\r\n").hasPrefix("VALUE k 6 1\r\n3\r\n"))
      #expect(try settled(on: nil) { try far.text(of: "k") } == nil)
    }
  }

  @Test("flush_all with a delay comes to pass on both, at its time; what is written after it stays")
  func delayedFlush() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (near, far) in [(a, b), (b, a)] {
      _ = try near.store("set", "k", "1")
      #expect(try near.command("flush_all 2") == "OK")
      _ = try far.store("set", "far", "1")
      #expect(try settled(on: "1") { try near.text(of: "far") } == "1")
      #expect(try near.text(of: "k") == "1" && far.text(of: "k") == "1", "its time has not come")
      for client in [near, far] {
        for key in ["k", "far"] { #expect(try settled(on: nil) { try client.text(of: key) } == nil) }
      }
      _ = try near.store("set", "k", "after")
      #expect(try settled(on: "after") { try far.text(of: "k") } == "after")
    }
  }

  @Test("An item expires on both, its time to live given relative or absolute, at once or by touch or gat")
  func expiry() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    let soon = Int(Date().timeIntervalSince1970) + 3
    for (name, near) in [("a", a), ("b", b)] {
      _ = try near.store("set", "\(name)-relative", "1", exptime: 3)
      _ = try near.store("set", "\(name)-absolute", "1", exptime: soon)
      _ = try near.store("set", "\(name)-touched", "1")
      _ = try near.command("touch \(name)-touched 3")
      _ = try near.store("set", "\(name)-got", "1")
      _ = try near.ask("gat 3 \(name)-got\r\n", until: "END\r\n")
      _ = try near.store("set", "\(name)-kept", "1", exptime: 3)
      _ = try near.command("touch \(name)-kept 1000")
    }
    _ = try a.store("set", "last-a", "1")
    _ = try b.store("set", "last-b", "1")
    #expect(try settled(on: "1") { try b.text(of: "last-a") } == "1")
    #expect(try settled(on: "1") { try a.text(of: "last-b") } == "1")
    for name in ["a", "b"] {
      for kind in ["relative", "absolute", "touched", "got"] {
        #expect(try settled(on: nil) { try a.text(of: "\(name)-\(kind)") } == nil, "\(name)-\(kind) stays on a")
        #expect(try settled(on: nil) { try b.text(of: "\(name)-\(kind)") } == nil, "\(name)-\(kind) stays on b")
      }
      #expect(try a.text(of: "\(name)-kept") == "1" && b.text(of: "\(name)-kept") == "1")
    }
  }

  @Test("An expiry that lies too far ahead for a clock is the same on both, and stays away") func farExpiry() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    // The last before 2038, 2106, and what clients mean that give milliseconds.
    let times = [Int(Int32.max), 1 << 31, 1 << 32 - 1, 1 << 32, 1_900_000_000_000, Int.max]
    for (near, far, name) in [(a, b, "a"), (b, a, "b")] {
      for time in times { #expect(try near.store("set", "\(name)-\(time)", "1", exptime: time) == "STORED") }
      for time in times { #expect(try settled(on: "1") { try far.text(of: "\(name)-\(time)") } == "1", "\(time)") }
      for time in times { #expect(try near.text(of: "\(name)-\(time)") == "1", "\(time)") }
    }
    #expect(try pair.becomesEqual())
  }

  @Test("Two flushes of a time to come that cross leave the two equal: the first that is due goes for both")
  func crossedFlushes() throws {
    let pair = try Pair(rig, relayed: true)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    _ = try a.store("set", "old", "1")
    #expect(try settled(on: "1") { try b.text(of: "old") } == "1")
    pair.wire.stall()
    #expect(try a.command("flush_all 1") == "OK")
    #expect(try b.command("flush_all 3") == "OK")
    pair.wire.pass()
    for client in [a, b] { #expect(try settled(on: nil) { try client.text(of: "old") } == nil) }
    _ = try a.store("set", "between", "1")
    _ = try b.store("set", "between-b", "1")
    // Until the later of the two would have come.
    _ = try a.store("set", "clock", "1", exptime: 4)
    #expect(try settled(on: nil) { try a.text(of: "clock") } == nil)
    let digests = try Digests(a, b)
    #expect(try eventually(.within(.seconds(10))) { try digests.areEqual() })
    for key in ["between", "between-b"] { #expect(try a.fetch(key) == b.fetch(key), "\(key)") }
  }

  @Test("A value of a million bytes crosses, written while it is replaced on the other side") func largeValues() throws
  {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for round in 0..<5 {
      _ = try a.store("set", "k", [UInt8](repeating: UInt8(round), count: 1_000_000))
      Pair.tick()
      _ = try b.store("set", "k", [UInt8](repeating: UInt8(100 + round), count: 999_999))
    }
    let last = [UInt8](repeating: 104, count: 999_999)
    #expect(try settled(on: true) { try a.fetch("k")?.value == last && b.fetch("k") == a.fetch("k") })
  }

  @Test("A value of 20 MB crosses with -I 32m, in the stream and in the copy") func hugeValues() throws {
    let pair = try Pair(rig, options: ["-I", "32m", "-m", "256"])
    let (a, b) = (try pair.a.client(), try pair.b.client())
    let value = (0..<(20 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 131) }
    #expect(try a.store("set", "k", value) == "STORED")
    #expect(try settled(on: true) { try b.fetch("k")?.value.count == value.count })
    #expect(try b.fetch("k")?.value == value)
    pair.b.kill()
    try pair.restartB(connecting: true)
    try pair.b.mustStream()
    #expect(try pair.b.client().fetch("k")?.value == value)
  }

  @Test("A key of 250 bytes, bytes above 127 in it, crosses") func longKeys() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    let key = String(repeating: "ü", count: 125)
    _ = try a.store("set", key, "1")
    #expect(try settled(on: "1") { try b.text(of: key) } == "1")
    _ = try b.command("delete \(key)")
    #expect(try settled(on: nil) { try a.text(of: key) } == nil)
  }
}
