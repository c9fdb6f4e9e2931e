import Platform
import Synchronization

/// Which tombstones there are, oldest first, and what the peer has confirmed: when one may go, and what it costs if one
/// has to go sooner. The rules are DESIGN.md §5's, "Tombstones" and "Overflow"; `spec/pair.py` is their proof.
///
/// A ledger entry names a tombstone by the hash of its key and its stamp. An entry whose tombstone was overwritten meanwhile
/// is stale and counts until its turn comes. Entries stand in the order in which the tombstones were made, which is
/// the order of stamps but for those that came from the peer; one that waits behind a newer one waits some milliseconds.
///
/// **Lock.** A leaf: taken under stripe and class locks, takes none itself. The stamps are atomic words that only rise, but for
/// the horizon, which falls to nothing when all it stood for is settled, and for what a new peer has acknowledged.
@safe final class TombstoneLedger: @unchecked Sendable {
  struct Entry: Sendable {
    let hash: UInt64
    let stamp: Stamp
    let bytes: Int
  }

  let byteLimit: Int
  let rules: PairRules
  /// There may be a peer that holds what is deleted here, even if it was not met yet: this daemon may have been restarted.
  let expectsPeer: Bool
  private let lock = SpinLock()
  private var queue = TombstoneQueue()
  /// Older than the queue's: put aside because a copy under way has still to tell them.
  private var aside = TombstoneQueue()
  private let paired = Atomic<Bool>(false)
  private let acknowledged = Atomic<UInt64>(0)
  private let horizonWord = Atomic<UInt64>(0)
  private let raised = Atomic<UInt64>(0)
  /// Tombstones above this stamp may be dropped while a copy is under way; those below wait for its end.
  private let keptForCopy = Atomic<UInt64>(0)
  private let hasLost = Atomic<Bool>(false)

  init(byteLimit: Int, rules: PairRules = .all, expectsPeer: Bool = false) {
    self.byteLimit = byteLimit
    self.rules = rules
    self.expectsPeer = expectsPeer
  }

  /// Whether deletes leave tombstones.
  var remembersDeletes: Bool { hasEverPaired || expectsPeer }

  /// Whether this daemon ever had a peer. One that never had leaves tombstones of deletes only, and only if it may have one.
  var hasEverPaired: Bool { paired.load(ordering: .relaxed) }
  func notePairing() { paired.store(true, ordering: .sequentiallyConsistent) }

  /// Whether removing an item with this stamp must leave something behind: the peer may hold an older state of it.
  func mustRemember(_ stamp: Stamp) -> Bool {
    hasEverPaired && stamp.rawValue > acknowledged.load(ordering: .relaxed) && rules.contains(.evictedLeavesTombstone)
  }

  func setAcknowledged(_ stamp: Stamp) { acknowledged.store(stamp.rawValue, ordering: .relaxed) }
  func keepForCopy(upTo stamp: Stamp) { keptForCopy.store(stamp.rawValue, ordering: .relaxed) }

  var horizon: Stamp { Stamp(rawValue: horizonWord.load(ordering: .relaxed)) }
  /// How often the horizon rose.
  var timesRaised: UInt64 { raised.load(ordering: .relaxed) }

  /// Whether, since last asked, something was dropped that a copy under way had still to tell.
  func takeLoss() -> Bool { hasLost.exchange(false, ordering: .sequentiallyConsistent) }

  func raiseHorizon(to stamp: Stamp) {
    // Before the first link what has no room is forgotten: with a horizon, a daemon that was restarted empty would refuse
    // nearly all that its peer holds.
    if expectsPeer, !hasEverPaired { return }
    if isKeptForCopy(stamp) { hasLost.store(true, ordering: .sequentiallyConsistent) }
    if horizonWord.max(stamp.rawValue, ordering: .sequentiallyConsistent).oldValue < stamp.rawValue {
      raised.add(1, ordering: .relaxed)
    }
  }
  func clearHorizon(ifAtMost stamp: Stamp) {
    let current = horizonWord.load(ordering: .relaxed)
    if current <= stamp.rawValue {
      _ = horizonWord.compareExchange(expected: current, desired: 0, ordering: .sequentiallyConsistent)
    }
  }

  // MARK: Entries

  func append(hash: UInt64, stamp: Stamp, bytes: Int) {
    lock.lock()
    queue.append(Entry(hash: hash, stamp: stamp, bytes: bytes))
    lock.unlock()
  }

  /// The oldest entry, if both sides have passed it.
  func takeSettled(upTo passed: Stamp) -> Entry? {
    lock.withLock {
      if let first = aside.first { return first.stamp <= passed ? aside.removeFirst() : nil }
      guard let first = queue.first, first.stamp <= passed else { return nil }
      return queue.removeFirst()
    }
  }

  /// The oldest entry that may be dropped, if there are more than have room.
  func takeOverflowing() -> Entry? {
    let kept = keptForCopy.load(ordering: .relaxed)
    return lock.withLock {
      if let first = aside.first, first.stamp.rawValue > kept {
        return aside.bytes + queue.bytes > byteLimit ? aside.removeFirst() : nil
      }
      for _ in 0..<Self.mostPutAside {
        guard queue.bytes > byteLimit, let first = queue.removeFirst() else { return nil }
        if first.stamp.rawValue > kept { return first }
        aside.append(first)
      }
      return nil
    }
  }

  /// Bounds how long the lock is held.
  private static let mostPutAside = 64

  var isOverflowing: Bool { fills(byteLimit) }
  /// Not even for the moment until the maintenance thread comes round may there be more.
  var isFull: Bool { fills(byteLimit + byteLimit / 2) }

  /// Those that wait for the end of a copy do not count.
  private func fills(_ limit: Int) -> Bool {
    let kept = keptForCopy.load(ordering: .relaxed)
    return lock.withLock { queue.bytes + (kept == 0 ? aside.bytes : 0) > limit }
  }

  /// Whether a copy under way has still to tell a tombstone with this stamp.
  func isKeptForCopy(_ stamp: Stamp) -> Bool { stamp.rawValue <= keptForCopy.load(ordering: .relaxed) }

  var count: Int { lock.withLock { queue.count + aside.count } }
}
