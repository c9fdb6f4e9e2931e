/// The rules that keep a pair alike; `docs/spec/rules.py` tells them, and each is tried there. All hold, always: a daemon has
/// no way to say otherwise. The pair's simulation takes out one at a time, to show by a seed that without it the two differ.
///
/// Looked at only where a rule has just come to bear (a key that is not here at or below the horizon, a refusal, an
/// eviction, a frame of bookkeeping), never on the way of a request.
package struct PairRules: OptionSet, Sendable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// A tombstone goes when acked and have have both passed it, not on acked alone.
  package static let bothMarks = PairRules(rawValue: 1 << 0)
  /// A mark is published only when the rings hold nothing at or below it.
  package static let drainedMark = PairRules(rawValue: 1 << 1)
  /// The mark at the end of a copy waits for the rings in the same way.
  package static let drainedCopy = PairRules(rawValue: 1 << 2)
  /// A value at or below the horizon for a key not held is refused.
  package static let refusal = PairRules(rawValue: 1 << 3)
  /// Nor is a tombstone at or below the horizon stored for a key not held.
  package static let noLateTombstone = PairRules(rawValue: 1 << 4)
  /// The sender of a refused value keeps a tombstone in its place.
  package static let refusedLeavesTombstone = PairRules(rawValue: 1 << 5)
  /// The horizon stands until the peer has confirmed every refusal.
  package static let refusalsConfirmed = PairRules(rawValue: 1 << 6)
  /// A side whose horizon stands has the other copy from zero, at a join and when it gives its stream up.
  package static let copyFromZero = PairRules(rawValue: 1 << 7)
  /// Only a copy that began after the asking counts as the one asked for.
  package static let askedCopy = PairRules(rawValue: 1 << 8)
  /// Evicting what the peer has not acknowledged leaves a tombstone.
  package static let evictedLeavesTombstone = PairRules(rawValue: 1 << 9)

  /// What a copy could not tell, because it was evicted before its turn and left no tombstone, is asked for when the copy
  /// has ended: the other side copies from zero. (docs/spec: "loss asked".)
  package static let lossAsked = PairRules(rawValue: 1 << 10)

  /// While a value arrives in fragments no tombstone goes and the horizon stands. (docs/spec sends every value at once.)
  package static let wholeBeforeSettling = PairRules(rawValue: 1 << 11)

  /// While older states may be on their way, a value that found no room is remembered: they find none either. (There every
  /// value has room.)
  package static let roomlessRemembered = PairRules(rawValue: 1 << 12)

  // Of what is a matter of time. (docs/spec, clock.py and life.py, has them by these names.)

  /// A time to live crosses as what remains of it, not as a time of the sender's wall clock.
  package static let whatRemains = PairRules(rawValue: 1 << 55)
  /// So does a flush to come.
  package static let flushByWhatRemains = PairRules(rawValue: 1 << 56)
  /// Of two flushes to come the one ordered later stays, also where it comes later.
  package static let laterFlushReplaces = PairRules(rawValue: 1 << 57)
  /// Who has fired a flush tells the other, which then does not.
  package static let flushComesOnce = PairRules(rawValue: 1 << 58)
  /// A stamp beyond the own clock and the tolerance is not believed: the link is cut, the clock does not move.
  package static let tolerance = PairRules(rawValue: 1 << 59)
  /// A side whose stamps the peer does not believe, though the clocks agree, gives new ones, in their order.
  package static let restamp = PairRules(rawValue: 1 << 60)
  /// Only stamps above the peer's clock change: the peer cannot hold one.
  package static let restampAbovePeer = PairRules(rawValue: 1 << 61)
  /// Where the stamps of both lie ahead, each believes for this link what its own clock allows.
  package static let aheadTogether = PairRules(rawValue: 1 << 62)

  package static let all = PairRules(rawValue: .max)
}
