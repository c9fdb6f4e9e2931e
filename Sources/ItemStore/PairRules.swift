/// The rules that keep a pair alike; `docs/spec/rules.py` tells them, and each is tried there. All hold, always: a daemon has
/// no way to say otherwise. The pair's simulation takes out one at a time, to show by a seed that without it the two differ.
///
/// Looked at only where a rule has just come to bear (a key that is not here at or below the horizon, a refusal, an
/// eviction, a frame of bookkeeping), never on the way of a request.
package struct PairRules: OptionSet, Sendable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// A tombstone goes when the peer had it at the fence of a mark, not when what is acknowledged and had has passed it.
  package static let fence = PairRules(rawValue: 1 << 0)
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

  /// Only keys that were forgotten are refused. (A gain.)
  package static let filter = PairRules(rawValue: 1 << 40)
  /// A horizon falls though more is pushed out all the time. (A gain.)
  package static let twoGenerations = PairRules(rawValue: 1 << 41)
  /// What had settled is refused at another node by its key. (A gain.)
  package static let settledFilter = PairRules(rawValue: 1 << 42)
  /// Nor is it refused, by what has settled with this very partner. (A gain.)
  package static let settledWithPartner = PairRules(rawValue: 1 << 49)
  /// What was pushed out counts as settled when its horizon has fallen.
  package static let pushedOutIsForgotten = PairRules(rawValue: 1 << 43)
  /// A horizon stands until the marks have passed it.
  package static let settledHorizon = PairRules(rawValue: 1 << 44)
  /// And until the copy that is awaited has ended.
  package static let copyAwaited = PairRules(rawValue: 1 << 45)
  /// Evicting what the peer has had leaves no tombstone, so nothing there is refused for it. (A gain.)
  package static let keptAtPeer = PairRules(rawValue: 1 << 46)
  /// What the peer has had and is evicted, or finds no room, before it has settled is remembered: older states find no room.
  package static let evictedRemembered = PairRules(rawValue: 1 << 47)
  /// A foreign stamp was given by the peer only if it is newer than the first meeting with its name.
  package static let sentUnderThisName = PairRules(rawValue: 1 << 48)

  // MARK: What each has of the other

  /// A mark says what this side had of the peer's when its fence was taken, not when it is sent.
  package static let hadAtTheFence = PairRules(rawValue: 1 << 30)
  /// And which refusals it had processed then.
  package static let refusalsAtTheFence = PairRules(rawValue: 1 << 31)
  /// Refusals are confirmed by what a mark's fence had seen, not by the acknowledgement.
  package static let fencedRefusals = PairRules(rawValue: 1 << 32)
  /// Settled decides whether what is evicted leaves a tombstone, not acked.
  package static let evictedBySettled = PairRules(rawValue: 1 << 33)
  /// A link with another node begins a new epoch: marks of the old one are worth nothing.
  package static let epoch = PairRules(rawValue: 1 << 34)
  /// At a link with another node or boot the horizon rises to what was forgotten as settled.
  package static let otherNode = PairRules(rawValue: 1 << 35)
  /// A node that has met another since the last link counts as another.
  package static let otherEpoch = PairRules(rawValue: 1 << 36)
  /// A copy is resumed where the receiver says that it has got to, not where the sender was.
  package static let receiversCursor = PairRules(rawValue: 1 << 37)
  /// In places walked before, a resumed copy sends what is newer than the mark of the copy that walked them.
  package static let walkedPlaces = PairRules(rawValue: 1 << 38)
  /// Nothing is skipped for a side whose horizon stands.
  package static let fromZeroIsNotResumed = PairRules(rawValue: 1 << 39)

  /// A write is acknowledged to its client only if the peer has not refused it and had room.
  package static let kept = PairRules(rawValue: 1 << 50)

  /// States are ordered by fresh, changed, touched, not by touched alone.
  package static let order = PairRules(rawValue: 1 << 20)
  /// A flush removes by fresh, not by touched.
  package static let floorByFresh = PairRules(rawValue: 1 << 21)
  /// What is compared with the horizon is fresh, not touched.
  package static let refusedByFresh = PairRules(rawValue: 1 << 22)
  /// A refused value becomes a tombstone also where it was derived from meanwhile.
  package static let tombstoneByFresh = PairRules(rawValue: 1 << 23)
  /// The tombstone of what was evicted keeps its three stamps, not three times fresh.
  package static let evictedKeepsItsThree = PairRules(rawValue: 1 << 24)

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

  /// The order of states, as far as stamps decide it.
  func isOlder(_ left: Version, than right: Version) -> Bool {
    contains(.order) ? left < right : left.touched < right.touched
  }
}
