import ItemStore
import Testing

@testable import Replication

/// A third daemon takes B's place at A for a while. What B wrote meanwhile is not lost by it.
@Suite struct ReplicatorPartnersTests {
  /// A and B hold `k` and `other`, and all has settled; there is a C.
  private func linked(_ rules: PairRules) -> Pair {
    let pair = Pair(hasThird: true) { $0.rules = rules }
    pair.set(0, "k", [1])
    pair.set(0, "other", [1])
    pair.join(0, 1)
    pair.settle()
    return pair
  }

  /// C is there, and A and C forget another key, later than all that B has written.
  private func visit(_ pair: Pair) {
    pair.join(0, 2)
    pair.settle()
    pair.now += 1_000_000
    pair.delete(0, "other")
    pair.settle()
    pair.cut()
    pair.join(0, 1)
    pair.settle()
  }

  @Test("what A and B have forgotten, and B has written anew, is not refused for what A and C have forgotten")
  func forgottenWithPartner() {
    for isRuled in [true, false] {
      let pair = linked(isRuled ? .all : .all.subtracting(.settledWithPartner))
      pair.delete(0, "k")
      pair.settle()
      #expect(pair.sides.map(\.store.tombstoneCount) == [0, 0, 0])
      pair.cut()
      pair.set(1, "k", [2])
      visit(pair)
      #expect(pair.live(0) == pair.live(1) && pair.live(0).count == (isRuled ? 1 : 0), "\(isRuled)")
    }
  }

  @Test("B's delete has come to A and not settled: its tombstone waits for B, and what B writes anew is taken")
  func keptForAbsent() {
    let pair = linked(.all)
    pair.delete(1, "k")
    pair.send(1)
    _ = pair.receive(0)
    pair.cut()
    pair.set(1, "k", [2])
    pair.join(0, 2)
    pair.settle()
    #expect(pair.sides[0].store.tombstoneCount == 1, "C has had it, but B might not")
    pair.cut()
    visit(pair)
    #expect(pair.live(0) == pair.live(1) && pair.live(0).count == 1)
    #expect(pair.sides.prefix(2).map(\.store.tombstoneCount) == [0, 0])
  }

  /// What B wrote alone bears the node bit that is A's on their link.
  @Test("before B has acknowledged anything, what A cannot hold of its copy leaves no tombstone")
  func smallerBeforeAcknowledgement() {
    let pair = Pair()
    pair.set(1, "k", [1])
    pair.join(0, 1)
    pair.send(1)
    _ = pair.receive(0)
    #expect(pair.live(0).count == 1)
    pair.evict(0, "k")
    #expect(pair.live(0).isEmpty && pair.sides[0].store.tombstoneCount == 0)
  }
}
