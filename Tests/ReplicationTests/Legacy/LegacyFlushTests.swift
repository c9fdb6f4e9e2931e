import ItemStore
import Testing

@testable import Replication

@Suite struct LegacyFlushTests {
  @Test("a flush on either side empties both, and what is written after it stays")
  func flush() {
    let pair = OldPair()
    for number in 0..<50 { pair.set("a\(number)", "1") }
    pair.join(.master)
    pair.settle()
    pair.flush()
    pair.set("after", "1")
    pair.settle()
    #expect(pair.old.items.count == 1 && pair.agrees)
    pair.back += pair.old.flush()
    pair.oldSet("later", "1")
    pair.settle()
    #expect(pair.live.keys.sorted() == ["later"] && pair.agrees)
    #expect(!pair.said.hasSuffix("flush_all \r\n"), "its own flush is not sent back")
  }

  @Test("a write newer than the flush, drained before it from another ring, is not lost there")
  func ringOrder() {
    for ring in 0...1 {
      let pair = OldPair()
      pair.join(.master)
      pair.set("old", "1", ring: 1 - ring)
      pair.settle()
      pair.flush(ring: ring)
      pair.set("new", "1", ring: 1 - ring)
      pair.settle()
      #expect(pair.live.keys.sorted() == ["new"] && pair.agrees)
    }
  }

  @Test("a flush to come goes as absolute time, and takes effect on both sides")
  func scheduled() {
    let pair = OldPair()
    pair.join(.master)
    pair.set("k", "1")
    pair.flush(delay: 10)
    pair.settle()
    #expect(pair.said.contains("flush_all 170000001") && pair.agrees && pair.old.items.count == 1)
    pair.advance(milliseconds: 12_000)
    pair.settle()
    #expect(pair.live.isEmpty && pair.agrees)
    pair.oldSet("m", "1")
    pair.back += pair.old.flush(at: 1_700_000_020)
    pair.settle()
    #expect(pair.text("m") == "1")
    pair.advance(milliseconds: 10_000)
    pair.settle()
    #expect(pair.live.isEmpty && pair.agrees)
  }

  @Test("a flush to come is told to an old peer that joins before its time")
  func scheduledBefore() {
    let pair = OldPair()
    pair.set("k", "1")
    pair.flush(delay: 10)
    pair.join(.master)
    pair.settle()
    #expect(pair.said.hasSuffix("marugoto_end\r\n") && pair.said.contains("flush_all 170000001"))
    pair.advance(milliseconds: 12_000)
    #expect(pair.live.isEmpty && pair.agrees)
  }

  @Test("a flush while the link was cut is told when it is there again, and the old copy does not undo it")
  func whileCut() {
    for role in [Role.master, .slave] {
      let pair = OldPair()
      pair.join(.master)
      for number in 0..<20 { pair.set("a\(number)", "1") }
      pair.settle()
      pair.advance(milliseconds: 5_000)
      pair.cut()
      pair.flush()
      pair.set("after", "1")
      pair.join(role)
      pair.settle()
      #expect(pair.live.keys.sorted() == ["after"] && pair.agrees)
    }
  }
}
