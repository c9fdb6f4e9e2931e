@testable import ItemStore
@testable import Replication

/// Clients of both sides that `add` and wait for the peer (`-o repl_ack`): of two that added one key and did not know of each
/// other, at most one is answered STORED. Unless the first was deleted on its own side before the second: then they are one after the
/// other, as their stamps are.
///
/// While a copy is under way nobody is told what came too late, as the Limits in docs/operations.md say: what is added then is not
/// counted. Nor is what was lost with a stream that was given up and deleted on its own side before it was copied: nothing tells that it was
/// there.
struct PairAdds {
  private struct Add {
    var key: String
    var side: Int
    var ring: Int
    var position: UInt64
    var state: Pair.State
    /// The greatest state that its side had had.
    var known: Pair.State?
    var isLost = false

    var stamp: Stamp { state.version.touched }

    func isUnaware(of other: Self) -> Bool { known.map { $0 < other.state } ?? true }
  }

  private let pair: Pair
  private var waiting: [Add] = []
  private var rejected: Set<Stamp> = []
  private var answered: [String: [Add]] = [:]
  private var deletes: [String: [(side: Int, stamp: Stamp)]] = [:]
  private(set) var count = 0
  private(set) var fault: String?

  init(_ pair: Pair) { self.pair = pair }

  /// - Returns: the new state; nil where there was an item.
  mutating func add(_ side: Int, _ key: String, _ value: [UInt8], ring: Int, known: Pair.State?) -> Pair.State? {
    let journal = pair.sides[side].rings[ring]
    let before = journal.position
    guard let stamp = pair.add(side, key, value, ring: ring) else { return nil }
    let state = Pair.State(version: Version(stamp), isValue: true)
    // Where there is no peer nobody waits.
    if journal.position != before {
      waiting.append(
        Add(key: key, side: side, ring: ring, position: journal.position, state: state, known: known))
    }
    return state
  }

  mutating func noteDelete(_ side: Int, _ key: String, _ stamp: Stamp) {
    deletes[key, default: []].append((side, stamp))
  }

  /// After each step.
  mutating func watch() {
    if waiting.isEmpty { return }
    if pair.ends.contains(where: { pair.sides[$0].replicator.ledger.awaitsCopy }) { return waiting = [] }
    let waited = waiting
    waiting = []
    for var add in waited {
      let outcomes = pair.sides[add.side].rings[add.ring].outcomes
      let state = outcomes.state(of: add.position)
      outcomes.takeRejections { stamp, _ in rejected.insert(stamp) }
      switch state {
      case .waiting, .awaitsCopy:
        add.isLost = state == .awaitsCopy
        waiting.append(add)
      case .acknowledged: if !rejected.contains(add.state.version.touched) { answer(add) }
      case .released: break
      }
    }
  }

  private mutating func answer(_ add: Add) {
    count += 1
    if add.isLost, isDeleted(add) { return }
    let others = answered[add.key, default: []]
    if let other = others.first(where: { crosses(add, $0) }) {
      fault = fault ?? "\(add.key) was added twice: \(other.state) and \(add.state)"
    }
    answered[add.key, default: []].append(add)
  }

  private func crosses(_ one: Add, _ other: Add) -> Bool {
    guard one.side != other.side, one.isUnaware(of: other), other.isUnaware(of: one) else { return false }
    let (first, second) = one.stamp < other.stamp ? (one, other) : (other, one)
    return !isDeleted(first, before: second.stamp)
  }

  /// On its own side.
  private func isDeleted(_ add: Add, before end: Stamp = .greatest) -> Bool {
    deletes[add.key, default: []].contains { $0.side == add.side && add.stamp < $0.stamp && $0.stamp < end }
  }
}
