import Testing

@testable import ItemStore
@testable import Replication

/// What is not held here and is the peer's: no older state takes its place.
@Suite struct ReplicatorWithoutRoomTests {
  private let key = [UInt8]("k".utf8)

  private func joined() -> Pair {
    let pair = Pair { $0.maxItemSize = 1000 }
    pair.join()
    pair.settle()
    return pair
  }

  /// Side 0 hears what a peer says that drains its workers' rings in another order than they were filled.
  private func receive(_ pair: Pair, _ bytes: [UInt8]) -> MalformedFrame? {
    let side = pair.sides[0]
    side.input.reserve(bytes.count)
    side.input.append(bytes.span)
    return pair.receive(0)
  }

  private func record(_ stamp: UInt64, _ value: [UInt8]) -> [UInt8] {
    let head = RecordHead(version: Version(Stamp(rawValue: stamp)), clientFlags: 0, remaining: 0)
    let count = key.count
    return WireSamples.bytes {
      FrameEncoder.record(head, keyCount: count, keyAndValue: (key + value).span, into: &$0)
    }
  }

  private func delete(_ stamp: UInt64) -> [UInt8] {
    WireSamples.bytes { FrameEncoder.delete(Version(Stamp(rawValue: stamp)), key: key.span, into: &$0) }
  }

  /// A watermark of the peer's: what it had at its fence.
  private func watermark(_ stamp: UInt64, receivedThrough: Stamp) -> [UInt8] {
    WireSamples.bytes {
      FrameEncoder.watermark(Watermark(Stamp(rawValue: stamp), receivedThrough: receivedThrough), into: &$0)
    }
  }

  private let large = [UInt8](repeating: 9, count: 2000)

  @Test("after a value without room an older one is not stored, until it has settled")
  func older() {
    let pair = joined()
    let now = pair.sides[0].store.stampClock.fence().rawValue
    for bytes in [record(now + 40, large), record(now + 20, [2]), delete(now + 22), record(now + 20, [2])] {
      #expect(receive(pair, bytes) == nil)
      #expect(pair.live(0) == [:])
    }
    #expect(pair.sides[0].replicator.counters.outOfMemory == 3)
    let replicator = pair.sides[0].replicator
    let before = replicator.highestWatermark
    pair.send(0)
    #expect(before.rawValue < now + 40 && replicator.highestWatermark.rawValue >= now + 40)
    #expect(
      receive(pair, watermark(now + 40, receivedThrough: before)) == nil && receive(pair, record(now + 20, [2])) == nil)
    #expect(pair.live(0) == [:])
    #expect(
      receive(pair, watermark(now + 42, receivedThrough: replicator.highestWatermark)) == nil
        && receive(pair, record(now + 20, [2])) == nil)
    #expect(pair.live(0)["k"]?.value == [2])
  }

  @Test("a newer one is")
  func newer() {
    let pair = joined()
    let now = pair.sides[0].store.stampClock.fence().rawValue
    #expect(receive(pair, record(now + 40, large)) == nil && receive(pair, record(now + 42, [3])) == nil)
    #expect(pair.live(0)["k"]?.value == [3])
    #expect(receive(pair, record(now + 60, large)) == nil && receive(pair, record(now + 50, [4])) == nil)
    #expect(pair.live(0) == [:])
  }

  @Test(
    "nor after what was evicted: an older change of the peer's that comes late is not stored", arguments: [true, false])
  func evicted(isRuled: Bool) {
    let pair = Pair { if !isRuled { $0.rules = PairRules.all.subtracting(.evictedRemembered) } }
    pair.join()
    pair.settle()
    let now = pair.sides[0].store.stampClock.fence().rawValue / 2 * 2 | (1 - pair.sides[0].store.stampClock.nodeBit)
    #expect(receive(pair, record(now + 40, [4])) == nil && pair.live(0)["k"]?.value == [4])
    pair.evict(0, "k")
    #expect(pair.sides[0].store.tombstoneCount == 0)
    // A tombstone of the delete would let in what comes behind it.
    #expect(receive(pair, delete(now + 20)) == nil && pair.live(0) == [:])
    #expect(receive(pair, record(now + 30, [2])) == nil && pair.live(0)["k"]?.value == (isRuled ? nil : [2]))
  }

  @Test(
    "what a third node gave is not the peer's: evicted, it leaves a tombstone, and nobody serves an older one",
    arguments: [true, false])
  func sentByAnother(isRuled: Bool) {
    let pair = Pair { if !isRuled { $0.rules = PairRules.all.subtracting(.sentUnderThisName) } }
    let (third, peer) = (pair.sides[1], pair.make(1, 9))
    for side in [third, peer] { side.store.stampClock.setNode(1) }
    pair.sides[1] = peer
    pair.set(1, "k", [1])
    pair.sides[1] = third
    pair.now += 1_000_000
    pair.set(1, "k", [2])
    pair.join()
    pair.settle()
    #expect(pair.live(0)["k"]?.value == [2])
    pair.cut()
    pair.sides[1] = peer
    pair.join()
    pair.evict(0, "k")
    pair.settle()
    #expect(pair.live(0).isEmpty && pair.live(1)["k"]?.value == (isRuled ? nil : [1]))
  }

  // MARK: After a repcached 2.x

  @Test(
    "the first that tells what it has may hold what had settled with a 2.x before: that is refused",
    arguments: [true, false])
  func settledWithUnknown(isRuled: Bool) {
    let pair = Pair { if !isRuled { $0.rules = PairRules.all.subtracting(.otherNode) } }
    pair.set(1, "k", [1])
    pair.now += 1_000_000
    let store = pair.sides[0].store
    store.notePairing()
    store.meetUnknownPeer()
    let stamp = pair.set(0, "k", [2])
    store.setSettled(stamp)
    pair.evict(0, "k")
    #expect(store.tombstoneCount == 0)
    pair.join()
    #expect(store.purgedThrough == (isRuled ? stamp : .zero))
    pair.settle()
    #expect(pair.live(0)["k"]?.value == (isRuled ? nil : [1]) && store.purgedThrough == .zero)
  }

  @Test("a peer that comes back after a 2.x has what it sends from then on")
  func backAfterUnknown() {
    let pair = joined()
    for side in pair.sides { #expect(side.store.knowsPeer) }
    pair.cut()
    let store = pair.sides[0].store
    store.meetUnknownPeer()
    pair.join()
    pair.settle()
    #expect(store.knowsPeer)
    pair.set(1, "new", [1])
    pair.send(1)
    #expect(pair.receive(0) == nil && pair.live(0)["new"] != nil)
    pair.evict(0, "new")
    #expect(store.tombstoneCount == 0)
  }
}
