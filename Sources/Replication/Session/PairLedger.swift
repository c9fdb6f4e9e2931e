import ItemStore

// What each of the two has of the other: DESIGN.md §5's marks, acknowledgements, asks and refusals as a plain value. It is
// `Side` of docs/spec without the store; what it decides, the `Replicator` does.
//
//    had                  the peer's last mark, and of which boot      kept over links, so that a catch-up is possible
//    acked                what the peer acknowledged of mine
//    asks, asked          copies from zero that I asked for; that the peer asked for          0 at a join
//    awaitsCopy           the copy that I wait for (the join's, or one asked for) has not ended
//    refused              values of the peer's that I refused; `refusalsConfirmed`: those it has seen
//    refusalsSeen         of mine, that it refused
//    copy                 the copy of mine under way
//
// Invariants. had and acked only rise while a link lives. Only a copy that began after the last ask answers it: copyEnd
// carries the number of the last ask that its sender had heard when it began the copy.
// The horizon may fall when no copy of mine is under way, none of the peer's is awaited, every refusal that it was a reason
// for is confirmed, and both marks have passed it.
struct PairLedger: Sendable, Equatable {
  struct Copy: Sendable, Equatable {
    /// Only what is newer travels.
    var above: Stamp
    /// What the end of the copy stands for.
    let mark: Stamp
    let answers: UInt32
  }

  let rules: PairRules
  private(set) var had = Acknowledged.nothing
  private(set) var acked = Stamp.zero
  private(set) var asks: UInt32 = 0
  private(set) var asked: UInt32 = 0
  private(set) var awaitsCopy = false
  private(set) var refused: UInt64 = 0
  private(set) var refusalsSeen: UInt64 = 0
  private(set) var refusalsConfirmed: UInt64 = 0
  private(set) var copy: Copy?

  init(rules: PairRules = .all) { self.rules = rules }

  /// A link begins. `boot` is this side's own.
  mutating func join(_ peer: Hello, boot: UInt64) {
    unlink()
    if had.boot != peer.identity.boot { had = Acknowledged(boot: peer.identity.boot, stamp: .zero) }
    acked = peer.have.stamp(of: boot)
    awaitsCopy = true
  }

  mutating func unlink() {
    let (had, acked) = (had, acked)
    self = PairLedger(rules: rules)
    (self.had, self.acked) = (had, acked)
  }

  // MARK: My copy

  /// A copy begins, or begins again; `mark` is a fence of the stamp clock.
  mutating func beginCopy(above: Stamp, mark: Stamp) {
    copy = Copy(above: min(above, copy?.above ?? above), mark: mark, answers: asked)
  }

  mutating func endCopy() { copy = nil }

  // MARK: The peer's

  mutating func ask() -> UInt32 {
    awaitsCopy = true
    asks &+= 1
    return asks
  }

  mutating func heardAsk(_ number: UInt32) { asked = number }

  mutating func heardMark(_ mark: Stamp) { had.stamp = max(had.stamp, mark) }

  /// Whether no copy is awaited after this one: one that the peer began by itself, because it gave its stream up, ends too.
  mutating func heardCopyEnd(_ mark: Stamp, answers: UInt32) -> Bool {
    heardMark(mark)
    guard answers == asks || !awaitsCopy || !rules.contains(.askedCopy) else { return false }
    awaitsCopy = false
    return true
  }

  mutating func heardAcknowledgement(have: Stamp, refusalsSeen: UInt64) {
    acked = max(acked, have)
    refusalsConfirmed = refusalsSeen
  }

  mutating func noteRefused() { refused += 1 }
  mutating func heardRefusal() { refusalsSeen += 1 }

  // MARK: What follows

  /// Tombstones up to it may go.
  var settled: Stamp { rules.contains(.bothMarks) ? passed : acked }

  /// Both sides have passed it.
  var passed: Stamp { min(acked, had.stamp) }

  /// Whether a horizon at or below `passed` may fall, as far as its refusals are confirmed.
  var maySettleHorizon: Bool { copy == nil && (!awaitsCopy || !rules.contains(.copyAwaited)) }
}
