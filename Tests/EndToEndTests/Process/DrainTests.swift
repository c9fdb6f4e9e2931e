import Foundation
import Testing

/// SIGTERM and SIGINT: what was acknowledged to clients is with the peer before the process ends.
@Suite("Drain on exit", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct DrainTests {
  let rig = Rig()

  @Test("Ten megabytes that the peer has not got yet reach it", arguments: [SIGTERM, SIGINT])
  func tenMegabytes(signal: Int32) throws {
    let pair = try Pair(rig, relayed: true)
    pair.wire.slow(bytesPerSecond: 1_000_000)
    let before = pair.wire.traffic
    let client = try pair.a.client()
    let value = String(repeating: "v", count: 1_000)
    try client.fill("k", 0..<14_000, value)
    #expect(try client.store("set", "last", "1") == "STORED")
    let sent = pair.wire.traffic - before
    #expect(sent < 4_000_000, "the wire was too fast for this test: \(sent) bytes")
    Kernel.signal(pair.a.pid, signal)
    pair.wire.pass()
    #expect(pair.a.waitForEnd() == .exited(0))
    let b = try pair.b.client()
    #expect(try b.text(of: "last") == "1" && b.statistic("curr_items") == "14001")
    #expect(try b.text(of: "k13999") == value)
  }

  @Test("A peer that is stopped for a while, longer than silence is borne, is waited for") func frozenAndThawed() throws
  {
    let pair = try Pair(rig)
    pair.b.freeze()
    #expect(try pair.a.client().store("set", "last", "1") == "STORED")
    Kernel.signal(pair.a.pid, SIGTERM)
    // It would have been given up after half a second.
    #expect(pair.a.waitForEnd(.within(.milliseconds(1_500))) == nil)
    pair.b.thaw()
    #expect(pair.a.waitForEnd() == .exited(0))
    #expect(try pair.b.client().text(of: "last") == "1", "\(pair.a.log)\n\(pair.b.log)")
    #expect(pair.b.logs("replication: close"))
  }

  @Test("A peer that is gone is not waited for") func deadPeer() throws {
    let pair = try Pair(rig)
    pair.b.kill()
    #expect(pair.a.logs("replication: close"))
    #expect(pair.a.end(.within(.seconds(3))) == .exited(0))
  }
}
