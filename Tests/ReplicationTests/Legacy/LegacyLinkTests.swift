import TestSupport
import Testing

@testable import ItemStore
@testable import Replication

/// A link to a repcached 2.x that is cut, stalled, fed in drops, or fed with nonsense.
@Suite struct LegacyLinkTests {
  @Test("in pieces of a byte its lines and values are the same")
  func dripFed() {
    let pair = OldPair()
    _ = pair.old.set("large", [UInt8](repeating: 13, count: 5_000))
    _ = pair.old.set("empty", [])
    pair.join(.slave)
    let fault = pair.receive(piece: 1)
    #expect(fault == nil)
    pair.settle()
    #expect(pair.agrees && pair.live.count == 2)
  }

  @Test("met again after a cut: what was changed here stays, deletes too, what was changed there is taken")
  func metAgain() {
    for role in [Role.master, .slave] {
      let pair = OldPair()
      for key in ["mine", "theirs", "deleted", "same"] { pair.set(key, "old") }
      pair.join(.master)
      pair.settle()
      pair.advance(milliseconds: 5_000)
      pair.send()
      pair.cut()
      pair.set("mine", "new")
      pair.set("added", "1")
      pair.delete("deleted")
      _ = pair.old.set("theirs", [UInt8]("new".utf8))
      // An old connector was started again and is empty, or it would not connect.
      if role == .master { pair.old.items = [:] }
      pair.join(role)
      pair.settle()
      #expect(pair.agrees && pair.text("mine") == "new" && pair.text("deleted") == nil && pair.text("added") == "1")
      #expect(pair.text("theirs") == (role == .slave ? "new" : "old"))
    }
  }

  @Test("what was sent in the last moment before a cut is not taken for received")
  func lostInTheCut() {
    let pair = OldPair()
    pair.set("k", "old")
    pair.join(.master)
    pair.settle()
    pair.advance(milliseconds: 5_000)
    pair.send()
    pair.set("k", "new")
    pair.send(limit: 3)
    pair.cut()
    pair.join(.slave)
    pair.settle()
    #expect(pair.agrees && pair.text("k") == "new")
  }

  @Test("an old peer that was started again gets everything")
  func startedAgain() {
    let pair = OldPair()
    for number in 0..<100 { pair.set("a\(number)", "1") }
    pair.join(.master)
    pair.settle()
    pair.cut()
    pair.old = OldCache()
    pair.join(.slave)
    pair.settle()
    #expect(pair.agrees && pair.old.items.count == 100)
  }

  @Test("a ring that is full gives the stream up; marugoto_end is said once, and both agree in the end")
  func overflow() {
    let pair = OldPair(records: 10)
    pair.join(.master)
    pair.settle()
    for number in 0..<100 { pair.set("a\(number)", "1") }
    pair.delete("a7")
    pair.settle()
    #expect(pair.agrees && pair.old.items.count == 99 && pair.old.copyEnds == 1)
    #expect(pair.replicator.counters.streamOverflows == 1)
  }

  @Test("a stream given up in the middle of a large value first sends its rest")
  func overflowInValue() {
    let pair = OldPair(records: 10, outputLimit: 4096)
    pair.join(.master)
    pair.settle()
    pair.set("large", [UInt8](repeating: 7, count: 900_000))
    pair.send(limit: 100)
    #expect(pair.replicator.state.outgoing != nil)
    for number in 0..<100 { pair.set("a\(number)", "1") }
    pair.settle()
    #expect(pair.agrees && pair.old.items.count == 101)
  }

  @Test("a copy comes to its end though a ring is full again and again, and another makes up for what was forgotten")
  func overflowInCopy() {
    let pair = OldPair(records: 10, outputLimit: 200)
    for number in 0..<200 { pair.set("a\(number)", "1") }
    pair.join(.master)
    for round in 0..<2_000 where pair.old.copyEnds == 0 {
      for number in 0..<20 { pair.set("b\(number)", "\(round)") }
      pair.send(limit: 100)
    }
    #expect(pair.old.copyEnds == 1 && pair.old.items.count >= 200)
    #expect(pair.replicator.counters.streamOverflows == 1, "all of them during one copy")
    pair.settle()
    #expect(pair.agrees && pair.old.items.count == 220 && pair.old.copyEnds == 1)
  }

  @Test("what the peer wrote before it read a flush is sent back, also where a ring is full meanwhile")
  func overflowAfterFlush() {
    let pair = OldPair(records: 10, outputLimit: 200)
    pair.join(.master)
    pair.settle()
    pair.flush()
    for number in 0..<50 { pair.oldSet("p\(number)", "1") }
    pair.receive()
    while pair.old.items.count >= 50 { pair.send(limit: 20) }
    for number in 0..<100 { pair.set("a\(number)", "1") }
    pair.settle()
    #expect(pair.replicator.counters.streamOverflows == 1)
    #expect(pair.agrees && pair.old.items.count == 150)
  }

  @Test("what was forgotten is acknowledged when the copy that makes up for it has been sent, not before")
  func overflowIsNotAcknowledged() {
    let pair = OldPair(records: 10, outputLimit: 200)
    pair.replicator.tracksOffsets = true
    pair.join(.master)
    pair.settle()
    pair.send(limit: 0)
    for number in 0..<100 { pair.set("a\(number)", "1") }
    let position = pair.rings[0].position
    func state() -> WriteOutcomes.State { pair.rings[0].outcomes.state(of: position) }
    var passes = 0
    while state() != .acknowledged, passes < 10_000 {
      pair.send(limit: 50)
      passes += 1
    }
    #expect(state() == .acknowledged && pair.old.items.count == 100)
  }

  @Test("a peer that does not read costs no more than the output's bound and the rings'")
  func frozen() {
    let pair = OldPair(ringBytes: 512 << 10, records: 1000)
    pair.join(.master)
    pair.settle()
    for round in 0..<50 {
      for number in 0..<500 { pair.set("a\(number)", [UInt8](repeating: UInt8(round), count: 500)) }
      pair.send(limit: 0)
      #expect(pair.there.count < 2 * Replicator.defaultOutputLimit)
    }
    pair.settle()
    #expect(pair.agrees && pair.old.items.count == 500)
  }

  @Test("a hello on a link that was taken for an old one is recognized")
  func lateHello() {
    let pair = OldPair()
    pair.join(.master)
    pair.back += WireSamples.hello.line
    #expect(pair.receive() == .hello)
  }

  @Test(
    "a wrong or hostile line ends the link and leaks nothing",
    arguments: [
      "rep k 0 0 -1 1\r\n", "rep k 0 0 9999999999 1\r\n", "rep k 0 0 3 1\r\nabcde\r\n", "rep\r\n",
      String(repeating: "x", count: 2_000),
    ])
  func hostile(text: String) {
    let pair = OldPair()
    pair.join(.master)
    pair.back += [UInt8](text.utf8)
    guard case .malformed = pair.receive() else { return #expect(Bool(false), "accepted") }
    pair.cut()
    var audit = StoreAudit(pair.store, held: [])
    #expect(audit.run() == [])
  }

  @Test("unknown lines and answers are ignored in silence")
  func unknown() {
    let pair = OldPair()
    pair.join(.master)
    pair.back += [UInt8]("STORED\r\nget k\r\n\r\nmarugoto_end\r\nrep k 0 0 1 1\r\nv\r\n".utf8)
    pair.settle()
    #expect(pair.text("k") == "v")
  }
}
