import ItemStore
import Testing

@testable import Replication

/// Times to live over the link: what crosses is what remains.
@Suite struct ReplicatorTimesTests {
  private let second: UInt64 = 1_000_000

  private func joined(without rule: PairRules = [], skew: Int64 = 0) -> Pair {
    let pair = Pair { $0.rules = PairRules.all.subtracting(rule) }
    pair.sides[1].skew = skew
    pair.join()
    pair.settle()
    return pair
  }

  private func set(_ pair: Pair, _ index: Int, _ key: String, seconds: UInt32, size: Int = 1) {
    pair.set(
      index, key, [UInt8](repeating: 1, count: size),
      expiresAt: seconds == 0 ? 0 : pair.moment(index).seconds + seconds)
  }

  /// Seconds for which both sides go on holding what one of them has now, by the tenth.
  private func lives(_ pair: Pair, _ key: String) -> [Double] {
    let begin = pair.now
    var ends: [Double?] = [nil, nil]
    for _ in 0..<200 where ends.contains(nil) {
      for index in 0...1 where ends[index] == nil && pair.live(index)[key] == nil {
        ends[index] = Double(pair.now - begin) / Double(second)
      }
      pair.now += second / 10
    }
    return ends.map { $0 ?? .infinity }
  }

  @Test(
    "a lock of 4 s lives as long on both, whichever clock is ahead and by how much",
    arguments: [-59_000_000, -5_000_000, -400_000, 0, 300_000, 5_000_000, 59_000_000] as [Int64])
  func clocksApart(skew: Int64) {
    for index in 0...1 {
      let pair = joined(skew: skew)
      set(pair, index, "lock", seconds: 4)
      pair.settle()
      let lives = lives(pair, "lock")
      #expect(lives.allSatisfy { abs($0 - 4) <= 1 }, "\(lives)")
    }
  }

  @Test("of a time by the sender's wall clock, a peer 50 s ahead would make another", arguments: [true, false])
  func whatRemains(isOn: Bool) {
    let pair = joined(without: isOn ? [] : .whatRemains, skew: 50_000_000)
    set(pair, 0, "k", seconds: 40)
    pair.settle()
    #expect((pair.live(1)["k"] != nil) == isOn)
    set(pair, 1, "l", seconds: 40)
    pair.settle()
    let remaining = Int64(pair.live(0)["l"]?.expiresAt ?? 0) - Int64(pair.moment(0).seconds)
    #expect((remaining <= 41) == isOn)
  }

  @Test(
    "a step of either wall clock, before it crosses or after, moves no time to live",
    arguments: [-3600, 3600] as [Int64])
  func steps(seconds: Int64) {
    for (index, isBefore) in [(0, true), (0, false), (1, true), (1, false)] {
      let pair = joined()
      set(pair, 0, "short", seconds: 2)
      set(pair, 0, "long", seconds: 600)
      // B set back by so much does not believe A's stamps any more.
      if isBefore, index == 1, seconds < 0 { continue }
      if isBefore { pair.sides[index].skew += seconds * Int64(second) }
      pair.settle()
      if !isBefore { pair.sides[index].skew += seconds * Int64(second) }
      #expect(lives(pair, "short").allSatisfy { abs($0 - 2) <= 1 })
      for side in 0...1 { #expect(pair.live(side).keys.sorted() == ["long"]) }
      pair.now += 595 * second
      for side in 0...1 { #expect(pair.live(side).count == 1) }
      pair.now += 6 * second
      for side in 0...1 { #expect(pair.live(side).isEmpty) }
    }
  }

  @Test("what waits in a ring is told what remains when it is sent", arguments: [1, 200_000])
  func slowRing(size: Int) {
    let pair = joined()
    set(pair, 0, "for ever", seconds: 0, size: size)
    set(pair, 0, "k", seconds: 10, size: size)
    set(pair, 0, "gone", seconds: 5, size: size)
    pair.now += 8 * second
    pair.settle()
    let live = pair.live(1)
    #expect(live.keys.sorted() == ["for ever", "k"], "what has expired does not come alive")
    #expect(live["for ever"]?.expiresAt == 0 && live["k"]?.expiresAt == pair.live(0)["k"]?.expiresAt)
  }

  @Test("also of what has two stamps or three, which stand before it")
  func slowRingOfDerived() {
    let pair = joined()
    let end = pair.moment(0).seconds + 10
    for key in ["touched", "counted", "both"] { pair.set(0, key, [UInt8(ascii: "1")], expiresAt: end) }
    for key in ["counted", "both"] { pair.increment(0, key) }
    for key in ["touched", "both"] { pair.touch(0, key, expiresAt: end) }
    pair.now += 8 * second
    pair.settle()
    let (live, own) = (pair.live(1), pair.live(0))
    #expect(live.count == 3 && live == own)
    for key in live.keys { #expect(live[key]?.expiresAt == own[key]?.expiresAt) }
  }

  @Test("a counter that both sides count expires when it was to")
  func countedByBoth() {
    let pair = joined(skew: 400_000)
    pair.set(0, "n", [UInt8(ascii: "1")], expiresAt: pair.moment(0).seconds + 30)
    pair.settle()
    let end = pair.live(0)["n"]?.expiresAt
    for step in 0..<20 {
      pair.increment(step % 2, "n")
      // Longer than what is taken off.
      pair.now += second / 2
      pair.settle()
    }
    #expect(pair.live(0)["n"]?.expiresAt == end && pair.live(0)["n"]?.value == [UInt8]("21".utf8))
  }

  @Test("so is what a copy sends, and what had expired before", arguments: [1, 200_000])
  func copy(size: Int) {
    let pair = joined()
    pair.set(0, "gone", [2])
    pair.settle()
    pair.cut()
    set(pair, 0, "k", seconds: 10, size: size)
    set(pair, 0, "gone", seconds: 5, size: size)
    pair.now += 8 * second
    pair.join()
    pair.settle()
    #expect(pair.live(1).keys.sorted() == ["k"], "nor does what it took the place of")
    #expect(pair.live(1)["k"]?.expiresAt == pair.live(0)["k"]?.expiresAt)
  }

  @Test("who has an equal state that lives longer keeps its own: crossing again and again prolongs nothing")
  func again() {
    let pair = joined(skew: 400_000)
    set(pair, 0, "k", seconds: 500)
    pair.settle()
    let ends = (0...1).map { pair.live($0)["k"]?.expiresAt }
    for _ in 0..<10 {
      for index in 0...1 {
        pair.cut()
        pair.sides[index].replicator.ledger = PairLedger(pair.sides[index].identity)
        pair.join()
        pair.send(index)
        pair.now += 20 * second
        pair.settle()
      }
    }
    #expect((0...1).map { pair.live($0)["k"]?.expiresAt } == ends)
  }
}
