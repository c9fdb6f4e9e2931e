import Synchronization

/// What the peer has confirmed, and so what must be remembered of the dead: when a tombstone may go, and what it costs if
/// one has to go sooner. The tombstones themselves stand in the `TombstoneLog`.
///
/// **Who remembers what.**
///
/// | | deletes | the evicted and the expired | a horizon |
/// |---|---|---|---|
/// | no peer can come (`-X 0`) | no | no | no |
/// | a peer may come, none has been met | within the log's room | no | no |
/// | a peer has been met | yes | what it has not acknowledged | yes |
///
/// Before the first peer only deletes are remembered, and without a horizon: this daemon may be one of a pair that was
/// restarted empty, and its peer holds what clients delete here. It cannot hold what they write here, so nothing else can
/// come back; and a horizon would have nearly all refused that the peer has to give.
///
/// A peer is met when it has proven to be one: by the handshake, or by a word that only a repcached 2.x says. A connection
/// that is silent may be anybody's. It is given its copy, as a 2.x that connects asks for it, but leaves no trace here.
///
/// The stamps are atomic words that only rise, but for the horizon, which falls to nothing when all it stood for is settled,
/// and for what a new peer has acknowledged.
final class TombstoneLedger: Sendable {
  let rules: PairRules
  /// There may be a peer that holds what is deleted here, even if it was not met yet: this daemon may have been restarted.
  let expectsPeer: Bool
  private let paired = Atomic<Bool>(false)
  private let acknowledged = Atomic<UInt64>(0)
  private let horizonWord = Atomic<UInt64>(0)
  private let raised = Atomic<UInt64>(0)
  private let keptWord = Atomic<UInt64>(0)
  private let hasLost = Atomic<Bool>(false)

  init(rules: PairRules = .all, expectsPeer: Bool = false) {
    self.rules = rules
    self.expectsPeer = expectsPeer
  }

  /// Whether deletes leave tombstones.
  var remembersDeletes: Bool { hasEverPaired || expectsPeer }

  /// Whether this daemon ever had a peer.
  var hasEverPaired: Bool { paired.load(ordering: .relaxed) }
  func notePairing() { paired.store(true, ordering: .sequentiallyConsistent) }

  /// Whether removing an item with this stamp must leave something behind: the peer may hold an older state of it.
  func mustRemember(_ stamp: Stamp) -> Bool {
    hasEverPaired && stamp.rawValue > acknowledged.load(ordering: .relaxed) && rules.contains(.evictedLeavesTombstone)
  }

  func setAcknowledged(_ stamp: Stamp) { acknowledged.store(stamp.rawValue, ordering: .relaxed) }

  /// Tombstones above this stamp may be dropped while a copy is under way; those below wait for its end. Zero: no copy.
  var keptForCopy: Stamp { Stamp(rawValue: keptWord.load(ordering: .relaxed)) }
  func keepForCopy(upTo stamp: Stamp) { keptWord.store(stamp.rawValue, ordering: .relaxed) }

  /// Whether, since last asked, something was dropped that a copy under way had still to tell.
  func takeLoss() -> Bool { hasLost.exchange(false, ordering: .sequentiallyConsistent) }

  // MARK: Horizon

  var horizon: Stamp { Stamp(rawValue: horizonWord.load(ordering: .relaxed)) }
  /// How often the horizon rose.
  var timesRaised: UInt64 { raised.load(ordering: .relaxed) }

  /// A key that is gone, and that nothing remembers any more: all that is forgotten too soon comes by here. To be called
  /// before the key leaves the index, or an older value could slip in between.
  ///
  /// - Parameter stamp: of the tombstone, or of what was removed without one.
  func pushOut(_ hash: UInt64, _ stamp: Stamp) { raiseHorizon(to: stamp) }

  func raiseHorizon(to stamp: Stamp) {
    if expectsPeer, !hasEverPaired { return }
    if stamp <= keptForCopy { hasLost.store(true, ordering: .sequentiallyConsistent) }
    if horizonWord.max(stamp.rawValue, ordering: .sequentiallyConsistent).oldValue < stamp.rawValue {
      raised.add(1, ordering: .relaxed)
    }
  }

  /// A horizon above `stamp` falls to it: all that it stands for is lower now. See `ItemStore+Restamp`.
  func lowerHorizon(to stamp: Stamp) { _ = horizonWord.min(stamp.rawValue, ordering: .sequentiallyConsistent) }

  func clearHorizon(ifAtMost stamp: Stamp) {
    let current = horizonWord.load(ordering: .relaxed)
    if current <= stamp.rawValue {
      _ = horizonWord.compareExchange(expected: current, desired: 0, ordering: .sequentiallyConsistent)
    }
  }
}
