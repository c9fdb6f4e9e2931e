import ItemStore
import TestSupport
import Testing

@testable import Replication

@Suite struct LegacyReplicatorTests {
  @Test("an old connector gets a line it ignores, all that is here, and marugoto_end; then both stream")
  func asMaster() {
    let pair = OldPair()
    for number in 0..<500 { pair.set("a\(number)", "v\(number)") }
    pair.join(.master)
    pair.settle()
    #expect(pair.old.items.count == 500 && pair.agrees && pair.old.copyEnds == 1)
    #expect(pair.old.ignored == ["repcached-unheard"])
    #expect(pair.old.items["a7"]?.flags == 5)
    pair.set("x", "1", ring: 1)
    pair.delete("a1")
    pair.oldSet("y", "2")
    pair.oldDelete("a2")
    pair.settle()
    #expect(pair.old.items.count == 500 && pair.agrees && pair.text("y") == "2" && pair.old.text(of: "x") == "1")
    #expect(pair.store.tombstoneCount == 0, "sent counts as acknowledged")
    #expect(pair.replicator.ackedThrough != .zero && pair.replicator.isDrained)
  }

  @Test("a silent one gets its copy and the stream, and this side remembers and settles nothing until its first word")
  func silent() {
    let pair = OldPair()
    pair.set("before", "1")
    pair.join(.master)
    pair.settle()
    pair.set("k", "1")
    pair.delete("before")
    pair.settle()
    #expect(pair.agrees && pair.old.text(of: "k") == "1" && pair.old.items.count == 1)
    #expect(!pair.store.hasEverPaired && pair.store.tombstoneCount == 1, "a delete waits for a peer that may be met")
    pair.back += Array("GET / HTTP/1.0\r\n".utf8)
    pair.settle()
    #expect(!pair.store.hasEverPaired)
    pair.oldSet("x", "2")
    pair.settle()
    #expect(pair.store.hasEverPaired && pair.agrees)
    pair.set("next", "3")
    pair.settle()
    #expect(pair.store.tombstoneCount == 0, "sent counts as acknowledged")
  }

  @Test("what was sent to one that never said a word settles nothing, also when one that speaks comes later")
  func silentBefore() {
    let pair = OldPair()
    pair.set("k", "1")
    pair.join(.master)
    pair.settle()
    pair.delete("k")
    pair.settle()
    pair.advance(milliseconds: 5_000)
    pair.send()
    pair.cut()
    #expect(pair.store.tombstoneCount == 1 && pair.replicator.ackedThrough == .zero)
    // The true one has not heard of the delete.
    pair.old = OldCache()
    _ = pair.old.set("k", [UInt8]("1".utf8))
    pair.join(.slave)
    pair.send()
    #expect(pair.store.tombstoneCount == 1)
  }

  @Test("while it takes the place of a peer of another kind it has everything, and nothing settles")
  func guest() {
    let pair = OldPair()
    pair.store.notePairing()
    pair.set("k", "1")
    pair.join(.slave, settles: false)
    pair.settle()
    pair.delete("k")
    pair.settle()
    #expect(pair.agrees && pair.old.items.isEmpty && pair.store.tombstoneCount == 1)
    pair.set("e", "1")
    pair.settle()
    pair.store.evict([UInt8]("e".utf8))
    #expect(pair.store.tombstoneCount == 2, "what the other has not acknowledged leaves a tombstone")
  }

  @Test(
    "nothing is said to an old acceptor before its copy has ended; then it gets what it has not, and no marugoto_end")
  func asSlave() {
    let pair = OldPair()
    for number in 0..<300 { _ = pair.old.set("b\(number)", [UInt8(number & 255)]) }
    pair.set("mine", "1")
    pair.join(.slave)
    let copy = pair.back.count
    pair.receive(limit: copy - 5)
    pair.set("early", "2")
    pair.send()
    #expect(pair.replicator.link.produced == 0 && pair.replicator.link.awaitsCopy)
    pair.settle()
    #expect(pair.agrees && pair.old.items.count == 302 && pair.old.copyEnds == 0 && pair.old.ignored.isEmpty)
    #expect(pair.replicator.counters.sent <= 3, "what it sent is not sent back")
  }

  @Test("the copies tell the log what repcached 2.x told")
  func events() {
    for role in [Role.master, .slave] {
      let pair = OldPair()
      for number in 0..<10 { pair.set("a\(number)", "1") }
      pair.join(role)
      pair.settle()
      var ended: [UInt64] = []
      for case .copyOutEnded(let items) in pair.events { ended.append(items) }
      #expect(ended == [10])
      let hasCopiedIn = pair.events.contains { if case .copyInEnded = $0 { true } else { false } }
      #expect(hasCopiedIn == (role == .slave))
    }
  }

  @Test("a touch goes as a whole rep, with the new expiry as unix time, and the cas unique that it had")
  func touch() {
    let pair = OldPair()
    pair.join(.master)
    pair.set("k", "v")
    pair.settle()
    let unique = pair.old.items["k"]?.cas
    pair.touch("k", expiresAt: 102)
    pair.settle()
    #expect(pair.old.items["k"]?.cas == unique)
    #expect(pair.old.items["k"]?.expiresAt == 1_700_000_100 && pair.old.text(of: "k") == "v")
    #expect(pair.old.items["k"].map { $0.cas > 1 << 40 } == true)
    pair.advance(milliseconds: 101_000)
    #expect(pair.text("k") == nil && pair.agrees)
  }

  @Test("its expiry is kept, absolute; one in the past is expired")
  func expiry() {
    let pair = OldPair()
    pair.join(.master)
    pair.back += pair.old.set("later", [1], expiresAt: 1_700_000_050)
    pair.back += pair.old.set("past", [1], expiresAt: 1_600_000_000)
    pair.settle()
    #expect(pair.bytes("later") == [1] && pair.bytes("past") == nil)
    pair.advance(milliseconds: 51_000)
    #expect(pair.bytes("later") == nil)
  }

  @Test("of two workers' rings the later write wins, in whichever order they are drained")
  func ringOrder() {
    let pair = OldPair()
    pair.join(.master)
    pair.settle()
    for round in 0..<4 {
      pair.set("k", "first", ring: round & 1)
      pair.set("k", "second", ring: 1 - round & 1)
      pair.set("gone", "first", ring: round & 1)
      pair.delete("gone", ring: 1 - round & 1)
      pair.settle()
      #expect(pair.old.text(of: "k") == "second" && pair.old.text(of: "gone") == nil)
    }
  }

  @Test("crossing writes do not leave the two swapped")
  func crossing() {
    let pair = OldPair()
    pair.join(.master)
    pair.settle()
    pair.set("k", "mine")
    pair.set("gone", "mine")
    pair.oldSet("k", "theirs")
    pair.oldDelete("gone")
    pair.send()
    pair.receive()
    #expect(pair.text("k") == "theirs" && pair.old.text(of: "k") == "mine", "crossed")
    pair.settle()
    #expect(pair.agrees && pair.text("k") == "theirs" && pair.text("gone") == nil)
  }

  @Test("a counter that only the peer's clients write is not touched by repeats")
  func busyCounter() {
    let pair = OldPair()
    pair.join(.master)
    pair.set("n", "0")
    pair.settle()
    for number in 1...200 {
      pair.advance(milliseconds: 20)
      pair.oldSet("n", "\(number)")
      #expect(pair.old.text(of: "n") == "\(number)")
      pair.receive()
      pair.send()
      #expect(pair.old.text(of: "n") == "\(number)")
    }
    pair.settle()
    #expect(pair.agrees)
  }
}
