import Platform
import TestSupport
import Testing

@testable import ItemStore
@testable import Replication

/// Marks of items (`ItemMarks`) are part of a state: they cross, and they merge.
@Suite("Marks of items between two")
struct MarksTests {
  private static let sizes = [0, 7, 13, 100, FrameLimits.value, FrameLimits.value + 1, 1 << 20]

  private func pair(isLinked: Bool = true) -> Pair {
    let pair = Pair(memoryLimits: [64 << 20, 64 << 20]) { $0.maxItemSize = 8 << 20 }
    if isLinked {
      pair.join()
      pair.settle()
    }
    return pair
  }

  /// Every mark, and each on items of all sizes.
  private func mark(_ pair: Pair, _ side: Int) {
    for size in Self.sizes {
      let value = [UInt8](repeating: 7, count: size)
      for kind in ["stale", "won", "both", "cas"] { pair.set(side, "\(kind)\(size)", value, expiresAt: 5_000) }
      pair.delete(side, "stale\(size)", DeleteConditions(marksStale: true))
      pair.metaGet(side, "won\(size)", MetaGetOptions(recachesBefore: 6_000))
      pair.delete(side, "both\(size)", DeleteConditions(marksStale: true, explicitCAS: 11))
      pair.metaGet(side, "both\(size)")
      pair.store(side, "cas\(size)", value, .set, StoreConditions(explicitCAS: 12), expiresAt: 5_000)
    }
  }

  private func check(_ pair: Pair) {
    let held = pair.live(1)
    #expect(held == pair.live(0) && held.count == 4 * Self.sizes.count)
    for (key, item) in held {
      let expected: ItemMarks =
        switch key.prefix(3) {
        case "sta": ItemMarks(isStale: true)
        case "won": ItemMarks(isWinSent: true)
        case "bot": ItemMarks(isStale: true, isWinSent: true, explicitCAS: 11)
        default: ItemMarks(explicitCAS: 12)
        }
      #expect(item.marks == expected && item.expiresAt == 5_000, "\(key)")
    }
    #expect(pair.sides.allSatisfy { $0.store.audit() == [] && $0.replicator.isDrained })
  }

  @Test("They cross by the stream") func stream() {
    let pair = pair()
    mark(pair, 0)
    pair.settle()
    check(pair)
  }

  @Test("They cross by the copy, and by that after a cut") func copy() {
    let pair = pair(isLinked: false)
    mark(pair, 0)
    pair.join()
    pair.settle()
    check(pair)
    pair.cut()
    mark(pair, 1)
    pair.join()
    pair.settle()
    check(pair)
  }

  @Test("They go with the next value, on both") func gone() {
    let pair = pair()
    mark(pair, 0)
    pair.settle()
    for size in Self.sizes {
      for kind in ["stale", "won", "both", "cas"] { pair.set(1, "\(kind)\(size)", [1]) }
    }
    pair.settle()
    #expect(pair.live(0) == pair.live(1) && pair.live(0).values.allSatisfy { $0.marks == .none })
  }

  @Test("The digests of two that hold other marks differ, and are equal when they have crossed") func digest() {
    let pair = pair()
    pair.set(0, "k", [1], expiresAt: 5_000)
    pair.settle()
    let before = digests(pair)
    #expect(before[0] == before[1])
    pair.metaGet(0, "k", MetaGetOptions(recachesBefore: 6_000))
    #expect(digests(pair)[0] != before[0] && digests(pair)[1] == before[1])
    pair.settle()
    #expect(digests(pair)[0] == digests(pair)[1])
  }

  private func digests(_ pair: Pair) -> [UInt64] {
    pair.sides.indices.map { index in
      var walk = ItemStore.DigestWalk()
      while pair.sides[index].store.digest(&walk, buckets: 64, now: pair.moment(index).seconds) {}
      return walk.sum
    }
  }

  // MARK: Recaching

  @Test("One client of the two sides wins a recache", arguments: 0...1) func oneWins(side: Int) {
    let pair = pair()
    let options = MetaGetOptions(recachesBefore: 6_000)
    pair.set(0, "k", [1], expiresAt: 5_000)
    pair.settle()
    #expect(pair.metaGet(side, "k", options) == "W")
    pair.settle()
    for asked in [0, 1] { #expect(pair.metaGet(asked, "k", options) == "Z") }
  }

  @Test("One client of the two sides vivifies, and one gets what is stale", arguments: 0...1) func others(side: Int) {
    let pair = pair()
    #expect(pair.metaGet(side, "n", MetaGetOptions(vivifiesUntil: 5_000)) == "W")
    pair.set(side, "s", [1])
    pair.delete(side, "s", DeleteConditions(marksStale: true))
    pair.settle()
    #expect(pair.metaGet(1 - side, "n", MetaGetOptions(vivifiesUntil: 5_000)) == "Z")
    #expect(pair.metaGet(1 - side, "s") == "XW")
    pair.settle()
    #expect(pair.metaGet(side, "s") == "ZX")
    #expect(pair.live(0) == pair.live(1))
  }

  @Test("Two that ask within one crossing both win, and the two sides are equal after it") func crossing() {
    let pair = pair()
    let options = MetaGetOptions(recachesBefore: 6_000)
    pair.set(0, "k", [1], expiresAt: 5_000)
    pair.settle()
    for side in [0, 1] { #expect(pair.metaGet(side, "k", options) == "W") }
    pair.settle()
    #expect(pair.live(0) == pair.live(1) && pair.live(0)["k"]?.marks == ItemMarks(isWinSent: true))
    for side in [0, 1] { #expect(pair.metaGet(side, "k", options) == "Z") }
  }

  // MARK: Which state wins

  /// What one side does to a key of which the other has heard nothing.
  @Test("A delete or a set that crosses a mark, or a stale value, wins over it", arguments: [true, false])
  func older(isDelete: Bool) throws {
    for kind in 0..<4 {
      let pair = pair()
      pair.set(0, "k", [1], expiresAt: 5_000)
      let old = try #require(pair.cas(0, "k"))
      pair.delete(0, "k", DeleteConditions(marksStale: true))
      pair.settle()
      if isDelete { pair.delete(0, "k") } else { pair.set(0, "k", [2]) }
      switch kind {
      case 0: pair.delete(1, "k", DeleteConditions(marksStale: true))
      case 1: pair.metaGet(1, "k")
      case 2: pair.store(1, "k", [3], .compareAndSwap(old), StoreConditions(takesStale: true))
      default: pair.store(1, "k", [3], .compareAndSwap(pair.cas(1, "k") ?? 0), StoreConditions(explicitCAS: 4))
      }
      pair.settle()
      #expect(pair.live(0) == pair.live(1))
      let held = pair.live(0)["k"]
      #expect(held?.value == (isDelete ? nil : [2]) && held?.marks.isEmpty != false)
    }
  }

  @Test("A value that is dropped wins over what was computed from it, whichever was later", arguments: [true, false])
  func dropped(isLater: Bool) {
    let pair = pair()
    pair.set(0, "k", [UInt8(ascii: "5")])
    pair.settle()
    if isLater { pair.increment(1, "k") }
    pair.now += 2 * PairSimulation.tick
    pair.delete(0, "k", DeleteConditions(dropsValue: true))
    pair.now += 2 * PairSimulation.tick
    if !isLater { pair.increment(1, "k") }
    pair.settle()
    #expect(pair.live(0) == pair.live(1) && pair.live(0)["k"]?.value == [])
  }

  @Test("Of two states with equal stamps the one with the greater marks stays, whoever had it")
  func equalStamps() {
    let states = [
      ItemMarks.none, ItemMarks(isStale: true), ItemMarks(isWinSent: true), ItemMarks(isStale: true, isWinSent: true),
      ItemMarks(explicitCAS: 3), ItemMarks(explicitCAS: 4), ItemMarks(isWinSent: true, explicitCAS: 3),
    ]
    for one in states {
      for other in states where one != other {
        let pair = pair(isLinked: false)
        for (side, marks) in [one, other].enumerated() {
          let key = [UInt8]("k".utf8)
          let store = pair.sides[side].store
          _ = store.apply(
            key.span, hash: store.hash(key.span), version: Version(Stamp(rawValue: 8)), marks: marks, clientFlags: 0,
            expiresAt: 0, value: [1].span, now: 5)
        }
        pair.join()
        pair.settle()
        #expect(pair.live(0)["k"]?.marks == max(one, other) && pair.live(0) == pair.live(1))
        #expect(pair.sides.contains { $0.replicator.counters.conflicts > 0 })
      }
    }
  }

  // MARK: A peer that knows none

  @Test("A peer that does not know them is told items without, by stream and copy, and the link goes on")
  func unknown() {
    let pair = pair(isLinked: false)
    mark(pair, 0)
    pair.join(without: .marks)
    pair.settle()
    mark(pair, 0)
    pair.settle()
    let (here, there) = (pair.live(0), pair.live(1))
    #expect(there.count == here.count && there.values.allSatisfy { $0.marks == .none })
    for (key, item) in here { #expect(there[key]?.version == item.version && there[key]?.value == item.value) }
    for (key, item) in here { #expect(there[key]?.expiresAt == item.expiresAt, "\(key)") }
    #expect(pair.sides.allSatisfy { $0.store.audit() == [] && $0.replicator.isDrained })
  }
}
