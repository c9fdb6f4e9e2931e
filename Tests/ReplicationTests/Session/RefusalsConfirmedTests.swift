import ItemStore
import Testing

@testable import Replication

/// Why a horizon stands until the peer has confirmed every refusal. The simulation comes upon it so seldom that no seed
/// of `PairRulesTests` shows it.
@Suite struct RefusalsConfirmedTests {
  /// A deletes what B holds and forgets that; A's copy is acknowledged, B's arrives, A refuses the old value; then the
  /// link is cut before the refusal is said.
  private func run(without rule: PairRules) -> Pair {
    let pair = Pair {
      $0.tombstoneLimit = 0
      $0.rules = PairRules.all.subtracting(rule)
    }
    pair.join()
    pair.settle()
    pair.set(0, "k", [1])
    pair.settle()
    pair.cut()
    pair.delete(0, "k")
    pair.sides[0].store.trimTombstones()
    pair.join()
    pair.send(0)
    _ = pair.receive(1)
    pair.send(1)
    _ = pair.receive(0)
    pair.cut()
    pair.join()
    pair.settle()
    return pair
  }

  @Test("what was refused is offered again when the link was lost before the refusal had arrived")
  func refusalLost() {
    let pair = run(without: [])
    #expect(pair.live(0) == [:] && pair.live(1) == [:])
    #expect(pair.sides.map(\.store.purgedThrough) == [.zero, .zero])
  }

  @Test("without the rule the peer would keep for good what was deleted")
  func isNeeded() {
    let pair = run(without: .refusalsConfirmed)
    #expect(pair.live(0) == [:] && pair.live(1)["k"]?.value == [1])
  }
}
