import Synchronization

/// What has settled with the peer, and so what must be remembered of the dead: when a tombstone may go, and what it
/// costs if one has to go sooner. The tombstones themselves stand in the `TombstoneLog`; what is horizon, in the
/// `Horizon`.
///
/// **Who remembers what.**
///
/// | | deletes | the evicted and the expired | a horizon |
/// |---|---|---|---|
/// | no peer can come (`-X 0`) | no | no | no |
/// | a peer may come, none has been met | within the log's space | no | no |
/// | a peer has been met | yes | what has not settled, and it may not have had | yes |
///
/// **What the peer has had** needs no tombstone when it is evicted, nor a horizon: the peer holds nothing older, so
/// nothing has to be refused there, where it would become a tombstone. Or a small cache would take from a large one
/// what it cannot hold itself. The peer has had what it has acknowledged, and what it sent: what bears its stamp, if
/// that is newer than the first meeting with it, for before, such stamps may be another's. What is still on its way is
/// kept out by `PeerOnlyStates` until it has settled.
///
/// Before the first peer only deletes are remembered, and without a horizon: this daemon may be one of a pair that was
/// restarted empty, and its peer holds what clients delete here. It cannot hold what they write here, so nothing else
/// can come back; and a horizon would have nearly all refused that the peer has to give.
///
/// A peer is met when it has proven to be one: by the handshake, or by a word that only a repcached 2.x says. A
/// connection that is silent may be anybody's. It is given its copy, as a 2.x that connects asks for it, but leaves no
/// trace here.
///
/// **Settled** is what the peer had of this side when it took the fence of a mark that has come (docs/spec, "Marks"):
/// nothing older can come from it any more. It can from another node, which may hold what the two have long horizon. So
/// what was horizon is noted in the `Horizon`, and counts again when another peer comes.
///
/// **Another peer comes** while workers evict, by what the last one had. So whoever leaves no tombstone notes the key
/// first, and then looks again; the link's thread lets the last peer go first, and then looks at what was noted. One of
/// the two sees the other.
///
/// The stamps are atomic words that only rise, but for what has settled, and what the peer has had: less with a new
/// peer. All fall when stamps that lie ahead are given anew.
final class TombstoneLedger: Sendable {
  let rules: PairRules
  /// There may be a peer that holds what is deleted here, even if it was not met yet: this daemon may have been
  /// restarted.
  let expectsPeer: Bool
  private let paired = Atomic<Bool>(false)
  private let settledWord = Atomic<UInt64>(0)
  private let peerHas = Atomic<UInt64>(0)
  private let peerMetAt = Atomic<UInt64>(.max)
  private let shownAbove = Atomic<UInt64>(0)
  private let shownThrough = Atomic<UInt64>(0)
  private let raised = Atomic<UInt64>(0)
  private let keptWord = Atomic<UInt64>(0)
  private let hasLost = Atomic<Bool>(false)

  /// The fence at which the last peer was left, and that of a partner that may come back.
  private let leftAt = Atomic<UInt64>(0)
  private let keptThrough = Atomic<UInt64>(0)

  private let horizon: Horizon
  let peerOnly: PeerOnlyStates

  /// - Parameter filterBits: of what is horizon too soon. What only the peer holds has as much memory, or the least that it needs.
  init(rules: PairRules = .all, expectsPeer: Bool = false, filterBits: Int = 1 << 15) throws(StoreError) {
    self.rules = rules
    self.expectsPeer = expectsPeer
    horizon = try Horizon(bitCount: filterBits, rules: rules)
    peerOnly = try PeerOnlyStates(rules: rules, byteCount: filterBits / 8)
  }

  /// Whether deletes leave tombstones.
  var remembersDeletes: Bool { hasEverPaired || expectsPeer }

  /// Whether this daemon ever had a peer.
  var hasEverPaired: Bool { paired.load(ordering: .relaxed) }
  func notePairing() { paired.store(true, ordering: .sequentiallyConsistent) }

  /// Whether removing an item of this version must leave a tombstone behind: the peer may hold an older state of it. If
  /// not, what must be remembered is noted. Under the stripe's lock, before the key leaves the index.
  ///
  /// - Parameters:
  ///   - nodeBit: of this side's stamps.
  ///   - isDead: it has expired. That is no sign of memory being short, and cells of `PeerOnlyStates` would keep other
  ///     keys out that there is space for: so it leaves a tombstone even where the peer has had it.
  func mustLeaveTombstone(_ hash: UInt64, _ version: Version, nodeBit: UInt64, isDead: Bool = false) -> Bool {
    if !hasEverPaired { return false }
    let stamp = version.touched
    if stamp <= settled {
      horizon.noteSettled(hash, stamp)
      if stamp <= settled { return false }
    }
    if !rules.contains(.evictedLeavesTombstone) { return false }
    guard !isDead, rules.contains(.keptAtPeer), hasPeerHad(stamp, nodeBit) else { return true }
    notePeerOnly(hash, version)
    return !hasPeerHad(stamp, nodeBit)
  }

  /// Nothing at or below it can come from the peer any more.
  var settled: Stamp { Stamp(rawValue: settledWord.load(ordering: .sequentiallyConsistent)) }
  func setSettled(_ stamp: Stamp) { settledWord.store(stamp.rawValue, ordering: .sequentiallyConsistent) }

  // MARK: What the peer has had

  private func hasPeerHad(_ stamp: Stamp, _ nodeBit: UInt64) -> Bool {
    if stamp.rawValue <= peerHas.load(ordering: .sequentiallyConsistent) { return true }
    let isShown = stamp.rawValue <= shownThrough.load(ordering: .sequentiallyConsistent)
    if isShown, stamp.rawValue > shownAbove.load(ordering: .sequentiallyConsistent) { return true }
    let since = rules.contains(.sentUnderThisName) ? peerMetAt.load(ordering: .sequentiallyConsistent) : 0
    return stamp.rawValue & 1 != nodeBit && stamp.rawValue > since
  }

  /// A peer of another name, first met at this fence of the stamp clock.
  func meetNewPeer(at fence: Stamp) {
    peerHas.store(0, ordering: .sequentiallyConsistent)
    shownThrough.store(0, ordering: .sequentiallyConsistent)
    peerMetAt.store(fence.rawValue, ordering: .sequentiallyConsistent)
  }

  /// A peer that does not tell its name, nor what it has had.
  func meetUnknownPeer() {
    meetNewPeer(at: Stamp(rawValue: .max))
    horizon.meetUnknownPeer()
  }

  /// Whether a stamp was given by one of the two since they have met.
  func isSinceMeeting(_ stamp: Stamp) -> Bool { stamp.rawValue > peerMetAt.load(ordering: .relaxed) }

  var knowsPeer: Bool { peerMetAt.load(ordering: .relaxed) != .max }

  /// The peer's hello showed stamps through the second; this side had none above the first. What bears one in between can only be
  /// what the peer sends, whatever its node bit: that was agreed on at the join, and is another than that of its older items
  /// in one of two cases. Until the peer has acknowledged anything, a small side would purge tombstones of what it cannot hold.
  func setShown(above: Stamp, through: Stamp) {
    shownThrough.store(0, ordering: .sequentiallyConsistent)
    shownAbove.store(above.rawValue, ordering: .sequentiallyConsistent)
    shownThrough.store(through.rawValue, ordering: .sequentiallyConsistent)
  }

  func setPeerHas(_ stamp: Stamp) { peerHas.store(stamp.rawValue, ordering: .sequentiallyConsistent) }

  func notePeerOnly(_ hash: UInt64, _ version: Version) {
    horizon.noteSettled(hash, version.touched)
    peerOnly.note(hash, version, settled: settled)
  }

  /// Whether a newer state of the key may have been here that the peer has, and this one been on its way.
  func isPeerOnly(_ hash: UInt64, _ version: Version) -> Bool {
    rules.contains(.evictedRemembered) && peerOnly.covers(hash, version, settled: settled)
  }

  /// A tombstone is gone, for it had settled.
  func noteSettled(_ hash: UInt64, _ stamp: Stamp) { if hasEverPaired { horizon.noteSettled(hash, stamp) } }

  /// Tombstones above this stamp may be dropped while a copy is under way; those below wait for its end. Zero: no copy.
  var keptForCopy: Stamp { Stamp(rawValue: keptWord.load(ordering: .relaxed)) }
  func keepForCopy(upTo stamp: Stamp) { keptWord.store(stamp.rawValue, ordering: .relaxed) }

  /// Whether, since last asked, something was dropped that a copy under way had still to tell.
  func takeLoss() -> Bool { hasLost.exchange(false, ordering: .sequentiallyConsistent) }

  // MARK: Horizon

  /// The greatest stamp that was horizon; zero: none stands.
  var purgedThrough: Stamp { horizon.purgedThrough }
  /// How often the horizon rose.
  var timesRaised: UInt64 { raised.load(ordering: .relaxed) }

  /// A key that is gone, and that nothing remembers any more: all that is horizon too soon comes by here. To be called
  /// before the key leaves the index, or an older value could slip in between.
  ///
  /// - Parameter stamp: of the tombstone, or of what was removed without one.
  func purge(_ hash: UInt64, _ stamp: Stamp) {
    if expectsPeer, !hasEverPaired { return }
    if stamp <= keptForCopy { hasLost.store(true, ordering: .sequentiallyConsistent) }
    if horizon.purge(hash, stamp) { raised.add(1, ordering: .relaxed) }
  }

  /// Whether a state of a key that is not held may be older than what was horizon.
  func mayHavePurged(_ hash: UInt64, _ version: Version) -> Bool { horizon.covers(hash, age(version)) }

  /// What is compared with the horizon: what was derived after a delete is no newer for it.
  private func age(_ version: Version) -> Stamp {
    rules.contains(.refusedByFresh) ? version.fresh : version.touched
  }

  // The link's thread.

  func noteRefusal(_ hash: UInt64, _ version: Version, number: UInt64) {
    horizon.noteRefusal(hash, age(version), number: number)
  }

  func settleHorizon(upTo settled: Stamp, refusalsConfirmed: UInt64) {
    horizon.settle(upTo: settled, refusalsConfirmed: refusalsConfirmed)
  }

  /// The last peer is left for another, at this fence of the stamp clock.
  func leave(at fence: Stamp) { leftAt.store(fence.rawValue, ordering: .relaxed) }

  func meet(_ partner: PeerName, raises: Bool) {
    let meeting = horizon.meet(partner, raises: raises)
    if meeting.raised { raised.add(1, ordering: .relaxed) }
    switch meeting.leaves {
    case .nobody: break
    case .aPartner: keptThrough.store(leftAt.load(ordering: .relaxed), ordering: .relaxed)
    case .somebody: forgetAbsent()
    }
  }

  func forgetAbsent() { keptThrough.store(0, ordering: .relaxed) }

  /// Whether a tombstone with this stamp, though settled, is kept while it has space: it stood here when a partner was left
  /// that may come back, and may not have settled with that one. Without it, all that this partner has written meanwhile
  /// would be refused for its key.
  func isKeptForAbsent(_ stamp: Stamp) -> Bool { stamp.rawValue <= keptThrough.load(ordering: .relaxed) }

  func beginLink() { peerOnly.beginLink() }

  /// What was on its way is lost, and so is what was to be kept out.
  func endLink() {
    peerOnly.endLink()
    horizon.forgetRefusals()
  }

  // MARK: Stamps that lie ahead are given anew (`ItemStore+Restamp`)

  /// Before: what the peer has, and had, at or below `stamp` bears the same stamps as before. What is above is given
  /// anew, and is known of nobody.
  func lowerSettled(to stamp: Stamp) {
    settledWord.min(stamp.rawValue, ordering: .sequentiallyConsistent)
    peerHas.min(stamp.rawValue, ordering: .sequentiallyConsistent)
    shownThrough.min(stamp.rawValue, ordering: .sequentiallyConsistent)
  }

  /// After: a horizon above `stamp` falls to it, for all that it stands for is lower now. So does the fence since which
  /// the peer's stamps are its own.
  func lowerHorizon(to stamp: Stamp) {
    horizon.lower(to: stamp)
    keptThrough.min(stamp.rawValue, ordering: .relaxed)
    if knowsPeer { peerMetAt.min(stamp.rawValue, ordering: .sequentiallyConsistent) }
  }
}
