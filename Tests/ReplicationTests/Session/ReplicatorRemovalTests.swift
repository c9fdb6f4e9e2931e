import ItemStore
import Testing

@testable import Replication

/// What is gone stays gone, and nothing older takes its place.
@Suite struct ReplicatorRemovalTests {
  /// Both have "k" as [1].
  private func paired(_ configure: (inout StoreConfiguration) -> Void = { _ in }) -> Pair {
    let pair = Pair(configure: configure)
    pair.set(0, "k", [1])
    pair.join()
    pair.settle()
    return pair
  }

  private func rejoin(_ pair: Pair) {
    pair.join()
    pair.settle()
  }

  @Test("a key deleted on a restarted side before its first link does not come back from the peer")
  func deletedAfterRestart() {
    let pair = paired { $0.expectsPeer = true }
    pair.set(1, "kept", [2])
    pair.settle()
    pair.crash(0)
    pair.now += 1_000_000
    pair.delete(0, "k")
    rejoin(pair)
    #expect(pair.live(0).keys.sorted() == ["kept"] && pair.live(0) == pair.live(1))
    #expect(pair.sides.allSatisfy { $0.store.tombstoneCount == 0 })
  }

  @Test("what was evicted, or expired, before the peer had it does not live again in its older state")
  func evicted() {
    let pair = paired()
    pair.cut()
    pair.set(0, "k", [2])
    pair.evict(0, "k")
    rejoin(pair)
    #expect(pair.live(0).isEmpty && pair.live(1).isEmpty)

    let other = paired()
    other.cut()
    other.set(0, "k", [2], expiresAt: other.moment(0).seconds + 1)
    other.now += 5_000_000
    let key = [UInt8]("k".utf8)
    other.sides[0].store.view(key.span, hash: other.sides[0].store.hash(key.span), now: other.moment(0).seconds) { _ in
    }
    rejoin(other)
    #expect(other.live(0).isEmpty && other.live(1).isEmpty)
  }

  @Test("a large value that was evicted before its turn came does not leave the older one at the peer")
  func evictedReference() {
    let pair = paired()
    pair.set(0, "k", [UInt8](repeating: 7, count: FrameLimits.value + 1))
    pair.evict(0, "k")
    pair.settle()
    #expect(pair.live(0).isEmpty && pair.live(1).isEmpty)
    #expect(pair.sides.allSatisfy { $0.store.tombstoneCount == 0 })
  }

  @Test("what a copy could not tell, evicted without room for a tombstone, is asked for when the copy has ended")
  func copyLoss() {
    for isAsked in [true, false] {
      let pair = paired {
        $0.tombstoneLimit = 28
        if !isAsked { $0.rules = PairRules.all.subtracting(.lossAsked) }
      }
      pair.cut()
      for key in ["k", "x", "y"] { pair.set(0, key, [2]) }
      pair.join()
      for key in ["x", "y", "k"] { pair.evict(0, key) }
      pair.settle()
      #expect(pair.live(0).isEmpty && (pair.live(1)["k"] == nil) == isAsked)
      #expect(pair.sides.allSatisfy { $0.store.purgedThrough == .zero })
    }
  }

  @Test("a failed set that removes the old item removes it at the peer, linked or not")
  func failedSet() {
    for isLinked in [true, false] {
      let pair = paired()
      if !isLinked { pair.cut() }
      let store = pair.sides[0].store
      let key = [UInt8]("k".utf8)
      let reserved = store.reserve(key.span, clientFlags: 0, expiresAt: 0, valueCount: 100, now: pair.moment(0).seconds)
      guard case .pending(let pending) = consume reserved else {
        Issue.record("no room")
        return
      }
      store.removeReplaced(by: pending, hash: store.hash(key.span), at: pair.moment(0), journal: pair.sides[0].rings[0])
      store.abandon(pending)
      if !isLinked { pair.join() }
      pair.settle()
      #expect(pair.live(0).isEmpty && pair.live(1).isEmpty)
    }
  }

  @Test("a value the peer has no room for takes the older one away there")
  func tooLargeForThePeer() {
    let pair = Pair { $0.maxItemSize = 1 << 20 }
    let small = Pair { $0.maxItemSize = 1000 }
    pair.sides[1] = small.sides[1]
    pair.set(0, "k", [1])
    pair.join()
    pair.settle()
    #expect(pair.live(1).count == 1)
    pair.set(0, "k", [UInt8](repeating: 1, count: 2000))
    pair.settle()
    #expect(pair.live(0).count == 1 && pair.live(1).isEmpty)
  }
}
