/// The rules that keep a pair alike; `docs/spec/rules.py` tells them, and each is tried there.
///
/// All hold, always: in a release build this is an empty type that says so, and what would happen without a rule is not
/// compiled. The pair's simulation takes out one at a time, to show by a seed that without it the two differ; for that
/// it is built with `SWITCHABLE_RULES`, as debug builds are (Package.swift, and `make simulate`).
///
/// Looked at only where a rule has just come to bear (a key that is not here at or below the horizon, a refusal, an
/// eviction, a frame of bookkeeping), never on the way of a request.
#if SWITCHABLE_RULES
  package struct PairRules: OptionSet, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
  }
#else
  @usableFromInline package struct PairRules: Equatable, Sendable {
    @usableFromInline init(rawValue: UInt64) {}

    @inlinable package func contains(_ rule: PairRules) -> Bool { true }
  }
#endif

extension PairRules {
  /// A tombstone goes when the peer had it at the fence of a mark, not when what is acknowledged and had has passed it.
  @inlinable package static var fence: PairRules { PairRules(rawValue: 1 << 0) }
  /// A mark is published only when the rings hold nothing at or below it.
  @inlinable package static var drainedMark: PairRules { PairRules(rawValue: 1 << 1) }
  /// The mark at the end of a copy waits for the rings in the same way.
  @inlinable package static var drainedCopy: PairRules { PairRules(rawValue: 1 << 2) }
  /// A value at or below the horizon for a key not held is refused.
  @inlinable package static var refusal: PairRules { PairRules(rawValue: 1 << 3) }
  /// Nor is a tombstone at or below the horizon stored for a key not held.
  @inlinable package static var noLateTombstone: PairRules { PairRules(rawValue: 1 << 4) }
  /// The sender of a refused value keeps a tombstone in its place.
  @inlinable package static var refusedLeavesTombstone: PairRules { PairRules(rawValue: 1 << 5) }
  /// The horizon stands until the peer has confirmed every refusal.
  @inlinable package static var refusalsConfirmed: PairRules { PairRules(rawValue: 1 << 6) }
  /// A side whose horizon stands has the other copy from zero, at a join and when it gives its stream up.
  @inlinable package static var copyFromZero: PairRules { PairRules(rawValue: 1 << 7) }
  /// Only a copy that began after the asking counts as the one asked for.
  @inlinable package static var askedCopy: PairRules { PairRules(rawValue: 1 << 8) }
  /// Evicting what the peer has not acknowledged leaves a tombstone.
  @inlinable package static var evictedLeavesTombstone: PairRules { PairRules(rawValue: 1 << 9) }

  /// What a copy could not tell, because it was evicted before its turn and left no tombstone, is asked for when the
  /// copy has ended: the other side copies from zero. (docs/spec: "loss asked".)
  @inlinable package static var lossAsked: PairRules { PairRules(rawValue: 1 << 10) }

  /// While a value arrives in fragments no tombstone goes and the horizon stands. (docs/spec sends every value at
  /// once.)
  @inlinable package static var wholeBeforeSettling: PairRules { PairRules(rawValue: 1 << 11) }

  /// Only keys that were forgotten are refused. (A gain.)
  @inlinable package static var filter: PairRules { PairRules(rawValue: 1 << 40) }
  /// A horizon falls though more is purged all the time. (A gain.)
  @inlinable package static var twoGenerations: PairRules { PairRules(rawValue: 1 << 41) }
  /// What had settled is refused at another node by its key. (A gain.)
  @inlinable package static var settledFilter: PairRules { PairRules(rawValue: 1 << 42) }
  /// Nor is it refused, by what has settled with this very partner. (A gain.)
  @inlinable package static var settledWithPartner: PairRules { PairRules(rawValue: 1 << 49) }
  /// What was purged counts as settled when its horizon has fallen.
  @inlinable package static var pushedOutIsForgotten: PairRules { PairRules(rawValue: 1 << 43) }
  /// A horizon stands until the marks have passed it.
  @inlinable package static var settledHorizon: PairRules { PairRules(rawValue: 1 << 44) }
  /// And until the copy that is awaited has ended.
  @inlinable package static var copyAwaited: PairRules { PairRules(rawValue: 1 << 45) }
  /// Evicting what the peer has had leaves no tombstone, so nothing there is refused for it. (A gain.)
  @inlinable package static var keptAtPeer: PairRules { PairRules(rawValue: 1 << 46) }
  /// What comes from the peer finds no memory where something younger would be evicted for it. (A gain.)
  @inlinable package static var olderYields: PairRules { PairRules(rawValue: 1 << 52) }
  /// What the peer has had and is evicted, or finds no memory, before it has settled is remembered: older states find
  /// none either.
  @inlinable package static var evictedRemembered: PairRules { PairRules(rawValue: 1 << 47) }
  /// A foreign stamp was given by the peer only if it is newer than the first meeting with its name.
  @inlinable package static var sentUnderThisName: PairRules { PairRules(rawValue: 1 << 48) }

  // MARK: What each has of the other

  /// A mark says what this side had of the peer's when its fence was taken, not when it is sent.
  @inlinable package static var hadAtTheFence: PairRules { PairRules(rawValue: 1 << 30) }
  /// And which refusals it had processed then.
  @inlinable package static var refusalsAtTheFence: PairRules { PairRules(rawValue: 1 << 31) }
  /// Settled decides whether what is evicted leaves a tombstone, not acked.
  @inlinable package static var evictedBySettled: PairRules { PairRules(rawValue: 1 << 33) }
  /// A link with another node begins a new epoch: marks of the old one are worth nothing.
  @inlinable package static var epoch: PairRules { PairRules(rawValue: 1 << 34) }
  /// At a link with another node or boot the horizon rises to what was forgotten as settled.
  @inlinable package static var otherNode: PairRules { PairRules(rawValue: 1 << 35) }
  /// A node that has met another since the last link counts as another.
  @inlinable package static var otherEpoch: PairRules { PairRules(rawValue: 1 << 36) }
  /// In places walked before, a resumed copy sends what is newer than the mark of the copy that walked them.
  @inlinable package static var walkedPlaces: PairRules { PairRules(rawValue: 1 << 38) }
  /// Nothing is skipped for a side whose horizon stands.
  @inlinable package static var fromZeroIsNotResumed: PairRules { PairRules(rawValue: 1 << 39) }

  /// A write is acknowledged to its client only if the peer has not refused it and had memory for it.
  @inlinable package static var kept: PairRules { PairRules(rawValue: 1 << 50) }

  /// Of two adds that did not know of each other one is answered as done.
  @inlinable package static var overtaken: PairRules { PairRules(rawValue: 1 << 51) }

  /// States are ordered by fresh, changed, touched, not by touched alone.
  @inlinable package static var order: PairRules { PairRules(rawValue: 1 << 20) }
  /// A flush removes by fresh, not by touched.
  @inlinable package static var floorByFresh: PairRules { PairRules(rawValue: 1 << 21) }
  /// What is compared with the horizon is fresh, not touched.
  @inlinable package static var refusedByFresh: PairRules { PairRules(rawValue: 1 << 22) }
  /// A refused value becomes a tombstone also where it was derived from meanwhile.
  @inlinable package static var tombstoneByFresh: PairRules { PairRules(rawValue: 1 << 23) }
  /// The tombstone of what was evicted keeps its three stamps, not three times fresh.
  @inlinable package static var evictedKeepsItsThree: PairRules { PairRules(rawValue: 1 << 24) }

  // Of what is a matter of time. (docs/spec, clock.py and life.py, has them by these names.)

  /// A time to live crosses as what remains of it, not as a time of the sender's wall clock.
  @inlinable package static var whatRemains: PairRules { PairRules(rawValue: 1 << 55) }
  /// So does a flush to come.
  @inlinable package static var flushByWhatRemains: PairRules { PairRules(rawValue: 1 << 56) }
  /// Of two flushes to come the one ordered later stays, also where it comes later.
  @inlinable package static var laterFlushReplaces: PairRules { PairRules(rawValue: 1 << 57) }
  /// Who has fired a flush tells the other, which then does not.
  @inlinable package static var flushComesOnce: PairRules { PairRules(rawValue: 1 << 58) }
  /// A stamp beyond the own clock and the tolerance is not believed: the link is cut, the clock does not move.
  @inlinable package static var tolerance: PairRules { PairRules(rawValue: 1 << 59) }
  /// A side whose stamps the peer does not believe, though the clocks agree, gives new ones, in their order.
  @inlinable package static var restamp: PairRules { PairRules(rawValue: 1 << 60) }
  /// Only stamps above the peer's clock change: the peer cannot hold one.
  @inlinable package static var restampAbovePeer: PairRules { PairRules(rawValue: 1 << 61) }
  /// Where the stamps of both lie ahead, each believes for this link what its own clock allows.
  @inlinable package static var aheadTogether: PairRules { PairRules(rawValue: 1 << 62) }

  @inlinable package static var all: PairRules { PairRules(rawValue: .max) }

  /// The order of states, as far as stamps decide it.
  func isOlder(_ left: Version, than right: Version) -> Bool {
    contains(.order) ? left < right : left.touched < right.touched
  }
}
