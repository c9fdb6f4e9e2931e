import Testing

/// After a cut only what changed travels; a full copy is for who comes back empty.
@Suite("Catch-up", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct CatchUpTests {
  let rig = Rig()

  @Test("Of 20,000 items ten were changed while the link was cut: what travels is a hundredth of the copy, or less")
  func onlyTheChanges() throws {
    let pair = try Pair(rig, relayed: true)
    let count = 20_000
    try pair.a.client().fill("k", 0..<count, String(repeating: "v", count: 100))
    #expect(try pair.becomesEqual())
    // The copy, whole, to one that comes back empty.
    let empty = pair.wire.traffic
    pair.b.kill()
    try pair.restartB(connecting: true)
    try pair.b.mustStream()
    #expect(try pair.becomesEqual())
    let whole = pair.wire.traffic - empty
    #expect(whole > count * 100)
    let full = try [pair.a, pair.b].map { try pair.number("copies_full", of: $0) }
    let partial = try [pair.a, pair.b].map { try pair.number("copies_partial", of: $0) }

    pair.wire.refuse()
    #expect(pair.a.logs("replication: close", times: 2) && pair.b.logs("replication: close"))
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for key in 0..<5 {
      _ = try a.store("set", "k\(key)", "changed")
      _ = try b.command("delete k\(count - 1 - key)")
    }
    let before = pair.wire.traffic
    pair.wire.pass()
    #expect(pair.a.logs("replication: start", times: 3) && pair.b.logs("replication: start", times: 2))
    #expect(try pair.becomesEqual())
    let travelled = pair.wire.traffic - before
    #expect(travelled < whole / 100, "\(travelled) of \(whole) bytes")
    print("catch-up: \(travelled) bytes, the whole copy \(whole)")
    #expect(try b.text(of: "k0") == "changed" && a.text(of: "k\(count - 1)") == nil)
    #expect(try [pair.a, pair.b].map { try pair.number("copies_full", of: $0) } == full)
    #expect(try [pair.a, pair.b].map { try pair.number("copies_partial", of: $0) } == partial.map { $0 + 1 })
  }
}
