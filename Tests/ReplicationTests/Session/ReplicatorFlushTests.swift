import ItemStore
import Testing

@testable import Replication

@Suite struct ReplicatorFlushTests {
  /// Seconds until the flush to come, rounded; 0 where there is none.
  private func pending(_ pair: Pair) -> [Int] {
    pair.sides.indices.map {
      let state = pair.sides[$0].store.flushState
      return (Int(state.leaving(at: pair.moment($0)).due) + 500) / 1000
    }
  }

  private func floorsAgree(_ pair: Pair) -> Bool { pair.sides[0].store.floor == pair.sides[1].store.floor }

  @Test("a flush on one side empties the other, whether linked then or later")
  func flush() {
    let pair = Pair()
    for number in 0..<50 { pair.set(0, "a\(number)", [1]) }
    pair.join()
    pair.settle()
    pair.flush(1)
    pair.set(1, "after", [1])
    pair.settle()
    #expect(pair.live(0).count == 1 && pair.live(0) == pair.live(1))
    pair.cut()
    pair.flush(0)
    pair.join()
    pair.settle()
    #expect(pair.live(1).isEmpty)
  }

  @Test("a flush that is yet to come is told to a later joiner; where both have one, that asked for last stays on both")
  func scheduled() {
    for (local, remote, left) in [(100, 0, 100), (100, 200, 200), (200, 100, 100)] as [(Int64, Int64, Int)] {
      let pair = Pair()
      for (side, delay) in [(0, local), (1, remote)] where delay > 0 {
        pair.now += 100_000
        pair.flush(side, delay: delay)
      }
      pair.join()
      pair.settle()
      let pending = pending(pair)
      #expect(pending == [left, left])
    }
  }

  @Test("a flush that is yet to come and was taken back while the peer was away is taken back there, too")
  func takenBack() {
    for delay in [0, 50] as [Int64] {
      let pair = Pair()
      pair.join()
      pair.flush(0, delay: 10)
      pair.settle()
      pair.cut()
      pair.flush(1, delay: delay)
      pair.set(1, "after", [1])
      pair.join()
      pair.settle()
      #expect(pending(pair)[0] == pending(pair)[1] && (pending(pair)[0] == 0) == (delay == 0))
      pair.now += 20_000_000
      pair.advance()
      pair.settle()
      #expect(pair.live(0).count == 1 && pair.live(0) == pair.live(1) && floorsAgree(pair))
    }
  }

  @Test("it comes at one time on both, whatever their clocks show; the peer away at that time, or restarted before")
  func offsets() {
    for skew in [-30_000_000, 0, 30_000_000] as [Int64] {
      for (isAway, isRestarted) in [(false, false), (true, false), (false, true)] {
        let pair = Pair()
        pair.sides[1].skew = skew
        pair.join()
        pair.set(0, "k", [1])
        pair.flush(0, delay: 10)
        pair.settle()
        if isRestarted {
          pair.crash(1)
          pair.join()
          pair.settle()
        }
        if isAway { pair.cut() }
        pair.now += 9_500_000
        pair.advance()
        #expect(pair.live(0).count == 1 && pair.live(1).count == 1, "not before")
        pair.now += 700_000
        pair.advance()
        #expect(pair.live(0).isEmpty && pair.live(1).isEmpty)
        if isAway { pair.join() }
        pair.settle()
        #expect(floorsAgree(pair))
      }
    }
  }

  @Test(
    "who fires it 30 s ahead of the other kills nothing that is written there next",
    arguments: [-30_000_000, 30_000_000])
  func writtenNext(skew: Int64) {
    for index in 0...1 {
      let pair = Pair()
      pair.sides[1].skew = skew
      pair.join()
      pair.set(0, "k", [1])
      pair.settle()
      pair.flush(0, delay: 2)
      pair.settle()
      pair.now += 2_100_000
      pair.advance()
      pair.set(index, "next", [1])
      pair.settle()
      for side in 0...1 { #expect(pair.live(side).keys.sorted() == ["next"]) }
    }
  }

  @Test("it follows no step of a wall clock, neither before it is told nor after", arguments: [-1, 1] as [Int64])
  func steps(sign: Int64) {
    let hour = sign * 3_600_000_000
    for (isFirst, isSecond) in [(true, false), (false, true), (true, true)] {
      let pair = Pair()
      pair.join()
      pair.set(0, "k", [1])
      pair.flush(0, delay: 10)
      // Only one of the two: both would be apart, and cut.
      if isFirst { pair.sides[0].skew += hour }
      pair.settle()
      if isSecond { pair.sides[1].skew += hour }
      pair.now += 9_500_000
      pair.advance()
      #expect(pair.live(0).count == 1 && pair.live(1).count == 1, "not before")
      pair.now += 700_000
      pair.advance()
      #expect(pair.live(0).isEmpty && pair.live(1).isEmpty)
    }
  }

  /// A flush of A's, ordered in one second and told at once; returns what B has of it after `steps`.
  private func ordered(without rule: PairRules, _ steps: (Pair) -> Void) -> Pair {
    let pair = Pair { $0.rules = PairRules.all.subtracting(rule) }
    pair.join()
    pair.set(0, "k", [1])
    pair.settle()
    steps(pair)
    return pair
  }

  @Test(
    "what crosses is what remains: of a time by A's clock, B 50 s ahead would make another", arguments: [true, false])
  func byWhatRemains(isOn: Bool) {
    let pair = ordered(without: isOn ? [] : .flushByWhatRemains) { pair in
      pair.sides[1].skew = 50_000_000
      pair.flush(0, delay: 40)
      pair.settle()
      pair.now += 1_000_000
      pair.advance()
    }
    #expect((pair.live(1).count == 1) == isOn)
  }

  @Test("what waits in a ring is told what remains when it is sent, not when it was ordered", arguments: [true, false])
  func slowRing(isCopy: Bool) {
    let pair = Pair()
    pair.join()
    pair.settle()
    pair.set(0, "k", [1])
    if isCopy { pair.cut() }
    pair.flush(0, delay: 10)
    pair.now += 8_000_000
    if isCopy { pair.join() }
    pair.settle()
    #expect(pending(pair) == [2, 2])
  }

  @Test("the later order takes the place of the earlier, also where it comes later", arguments: [true, false])
  func laterReplaces(isOn: Bool) {
    let pair = ordered(without: isOn ? [] : .laterFlushReplaces) { pair in
      pair.flush(0, delay: 30)
      pair.settle()
      pair.cut()
      pair.flush(0, delay: 1000)
      pair.join()
      pair.settle()
      pair.now += 40_000_000
      pair.advance()
      pair.settle()
    }
    #expect((pair.live(0).count == 1 && pair.live(1).count == 1) == isOn)
  }

  @Test(
    "who has fired it tells the order with the new floor, and the other does not fire it again",
    arguments: [true, false])
  func comesOnce(isOn: Bool) {
    let pair = ordered(without: isOn ? [] : .flushComesOnce) { pair in
      pair.flush(0, delay: 10)
      pair.send(0)
      // The order takes 30 s to B, the firing comes right behind it.
      pair.now += 10_000_000
      pair.sides[0].store.advance(to: pair.moment(0))
      pair.send(0)
      pair.now += 20_000_000
      pair.settle()
      pair.now += 1_000_000
      pair.set(1, "after", [1])
      pair.settle()
      pair.now += 10_000_000
      pair.advance()
      pair.settle()
    }
    #expect((pair.live(0).keys.sorted() == ["after"] && pair.live(1).count == 1) == isOn)
    #expect(floorsAgree(pair))
  }

  @Test("where one fires what the other has just replaced, both have fired")
  func crossing() {
    let pair = Pair()
    pair.join()
    pair.flush(0, delay: 10)
    pair.settle()
    pair.now += 9_900_000
    pair.flush(1, delay: 10)
    pair.now += 200_000
    pair.advance()
    pair.settle()
    #expect(floorsAgree(pair) && pair.sides[0].store.floor > .zero && pair.sides[0].replicator.isDrained)
    #expect(pending(pair)[0] == pending(pair)[1] && pending(pair)[0] > 0)
  }
}
