import ItemStore
import Testing

@testable import Replication

@Suite struct ReplicatorFlushTests {
  private func pending(_ pair: Pair) -> [UInt64] {
    pair.sides.map { $0.store.pendingFloor.unixMicroseconds / 1_000_000 }
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
    for (mine, theirs, left) in [(100, 0, 100), (100, 200, 200), (200, 100, 100)] as [(Int64, Int64, UInt64)] {
      let pair = Pair()
      for (side, delay) in [(0, mine), (1, theirs)] where delay > 0 {
        pair.now += 100_000
        pair.flush(side, delay: delay)
      }
      pair.join()
      pair.settle()
      let pending = pending(pair)
      #expect(pending[0] == pending[1] && abs(Int(pending[0]) - Int(Pair.start / 1_000_000 + left)) <= 1)
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
        #expect(pair.live(0).isEmpty && pair.live(1).isEmpty && floorsAgree(pair))
      }
    }
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
