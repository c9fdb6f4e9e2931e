import TestSupport
import Testing

@testable import ItemStore

@Suite("What is evicted for what comes from the peer")
struct PeerChangesEvictingTests {
  private let value = [UInt8](repeating: 1, count: 10_000)

  /// Full of items, each with a younger stamp than the one before; the first stamps are evicted already.
  private func full(
    _ megabytes: Int, valueCount: Int = 10_000, maxItemSize: Int = 1 << 20, evicted: UInt64 = 20, expiresAt: UInt32 = 0,
    stripePower: Int = 12
  ) throws -> (store: TestStore, count: Int) {
    let store = try TestStore(megabytes: megabytes, maxItemSize: maxItemSize, stripePower: stripePower)
    store.store.notePairing()
    let value = [UInt8](repeating: 1, count: valueCount)
    var count = 0
    while store.evicted < evicted {
      let outcome = store.apply(bytes("k\(count)"), value, stamp: UInt64(1_000 + count), expiresAt: expiresAt)
      try #require(outcome == .applied)
      count += 1
    }
    return (store, count)
  }

  @Test("Nothing younger: then it is the peer's alone, however often it comes") func younger() throws {
    let (store, count) = try full(2)
    let held = store.store.statistics.itemCount
    for number in 0..<400 {
      #expect(store.apply(bytes("old\(number)"), value, stamp: UInt64(100 + number)) == .outOfMemory)
    }
    #expect(store.evicted == 20 && store.store.statistics.itemCount == held)
    #expect(store.store.slabStatistics.allSatisfy { $0.counters.outOfMemory == 0 }, "nobody is short of memory")
    #expect(store.apply(bytes("new"), value, stamp: UInt64(1_000 + count)) == .applied)
    #expect(store.evicted == 21 && store.store.audit() == [])
  }

  @Test("A few younger items where the hand stands keep nothing out that is younger than those behind them")
  func fewYounger() throws {
    let (store, count) = try full(2)
    let present = (0..<count).filter { store.get(bytes("k\($0)")) != nil }
    // Written anew in place: they stand where the oldest stood.
    for number in present.prefix(8) { store.apply(bytes("k\(number)"), value, stamp: UInt64(9_000 + number)) }
    #expect(store.apply(bytes("middle"), value, stamp: UInt64(1_001 + count)) == .applied)
    #expect(present.prefix(8).allSatisfy { store.get(bytes("k\($0)")) != nil })
    #expect(store.evicted == 21 && store.get(bytes("k\(present[8])")) == nil)
  }

  @Test(
    "The hand has not moved on, nor past what was locked: a client's next write takes what it would have",
    arguments: [12, 3])
  func hand(stripePower: Int) throws {
    let (store, count) = try full(2, stripePower: stripePower)
    let (untouched, _) = try full(2, stripePower: stripePower)
    for number in 0..<50 { store.apply(bytes("old\(number)"), value, stamp: UInt64(100 + number)) }
    for side in [store, untouched] { side.store(bytes("local"), value) }
    func left(_ side: TestStore) -> [Int] { (0..<count).filter { side.get(bytes("k\($0)")) != nil } }
    #expect(store.evicted == 21 && left(store) == left(untouched))
  }

  @Test("What has expired goes for it all the same") func expired() throws {
    let (store, _) = try full(2, expiresAt: 103)
    let later = TestStore.moment(5_000)
    #expect(store.apply(bytes("old"), value, stamp: 100, at: later) == .applied)
    #expect(store.evicted == 20)
  }

  @Test("A value of many chunks evicts nothing younger for any of them") func chained() throws {
    let (store, count) = try full(16, valueCount: 1_500_000, maxItemSize: 4 << 20, evicted: 1)
    let large = [UInt8](repeating: 2, count: 1_500_000)
    let (held, evicted) = (store.store.statistics.itemCount, store.evicted)
    #expect(store.apply(bytes("large"), large, stamp: 100) == .outOfMemory)
    #expect(store.store.statistics.itemCount == held && store.evicted == evicted)
    #expect(store.apply(bytes("large"), large, stamp: UInt64(2_000 + count)) == .applied)
    #expect(store.evicted > evicted && store.store.audit() == [])
  }

  @Test("Nothing at all for what is held already, or is older than that: a copy sends it back")
  func held() throws {
    let (store, count) = try full(2)
    let keys = (0..<count).filter { store.get(bytes("k\($0)")) != nil }
    for number in keys {
      #expect(store.apply(bytes("k\(number)"), value, stamp: UInt64(1_000 + number)) == .ignoredOlder)
      #expect(store.apply(bytes("k\(number)"), value, stamp: UInt64(998 + number)) == .ignoredOlder)
    }
    #expect(store.evicted == 20 && keys.count > 100)
    #expect(store.apply(bytes("old"), value, stamp: 100) == .outOfMemory, "no chunk has become free")
  }

  @Test("Nor for a large value, of which the stamps are looked at before it comes, once the two have met")
  func heldLarge() throws {
    let (store, count) = try full(16, valueCount: 1_500_000, maxItemSize: 4 << 20, evicted: 1)
    store.store.meetNewPeer(nodeBit: 0)
    let number = try #require((0..<count).last { store.get(bytes("k\($0)")) != nil })
    let (key, stamp) = (bytes("k\(number)"), UInt64(1_000 + number))
    #expect(!needsNoMemory(key, stamp + 1, store) && needsNoMemory(key, stamp - 1, store))
    #expect(!needsNoMemory(key, stamp, store), "it is of before")
    let later = try #require(store.getAny(key)).version.touched.rawValue + 1 << 40
    #expect(store.apply(key, [1], stamp: later) != .outOfMemory)
    #expect(needsNoMemory(key, later, store))
  }

  @Test("The clock of stamps moves on by what is not stored, too") func observed() throws {
    let (store, _) = try full(2)
    let value = [UInt8](repeating: 1, count: 60_000)
    let stamp = UInt64(1) << 50
    store.store(bytes("local"), [1])
    #expect(store.apply(bytes("local"), value, stamp: stamp, changed: 500, fresh: 500) == .ignoredOlder)
    store.store(bytes("later"), [1])
    #expect(try #require(store.getAny(bytes("later"))).version.touched.rawValue > stamp)
  }

  private func needsNoMemory(_ key: [UInt8], _ stamp: UInt64, _ store: TestStore) -> Bool {
    store.store.needsNoMemory(key.span, hash: store.store.hash(key.span), version: Version(stamp))
  }
}
