import Platform
import Synchronization

/// Which tombstones there are, oldest first, and what the peer has confirmed: when one may go, and what it costs if one
/// has to go sooner. The rules are DESIGN.md §5's, "Tombstones" and "Overflow"; `spec/pair.py` is their proof.
///
/// A ledger entry names a tombstone by the hash of its key and its stamp. An entry whose tombstone was overwritten meanwhile
/// is stale and counts until its turn comes. Entries stand in the order in which the tombstones were made, which is
/// the order of stamps but for those that came from the peer; one that waits behind a newer one waits some milliseconds.
///
/// **Lock.** A leaf: taken under stripe locks, takes none itself. The stamps are atomic words that only rise, but for the
/// horizon, which falls to nothing when all it stood for is settled.
final class TombstoneLedger: Sendable {
  struct Entry: Sendable {
    let hash: UInt64
    let stamp: Stamp
    let bytes: Int
  }

  private struct Queue {
    var entries: [Entry] = []
    var first = 0
    var bytes = 0

    mutating func removeFirst() -> Entry {
      let entry = entries[first]
      first += 1
      bytes -= entry.bytes
      if first > 1024, first * 2 > entries.count {
        entries.removeFirst(first)
        first = 0
      }
      return entry
    }
  }

  let byteLimit: Int
  private let queue = Mutex(Queue())
  private let paired = Atomic<Bool>(false)
  private let acknowledged = Atomic<UInt64>(0)
  private let horizonWord = Atomic<UInt64>(0)
  private let raised = Atomic<UInt64>(0)
  /// Tombstones above this stamp may be dropped while a copy is under way; those below wait for its end.
  private let keptForCopy = Atomic<UInt64>(0)

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// Whether this daemon ever had a peer. Daemons that never had one leave no tombstones.
  var hasEverPaired: Bool { paired.load(ordering: .relaxed) }
  func notePairing() { paired.store(true, ordering: .sequentiallyConsistent) }

  /// Whether removing an item with this stamp must leave something behind: the peer may hold an older state of it.
  func mustRemember(_ stamp: Stamp) -> Bool {
    hasEverPaired && stamp.rawValue > acknowledged.load(ordering: .relaxed)
  }

  func setAcknowledged(_ stamp: Stamp) { acknowledged.store(stamp.rawValue, ordering: .relaxed) }
  func keepForCopy(upTo stamp: Stamp) { keptForCopy.store(stamp.rawValue, ordering: .relaxed) }

  var horizon: Stamp { Stamp(rawValue: horizonWord.load(ordering: .relaxed)) }
  /// How often the horizon rose.
  var timesRaised: UInt64 { raised.load(ordering: .relaxed) }

  func raiseHorizon(to stamp: Stamp) {
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
    queue.withLock {
      $0.entries.append(Entry(hash: hash, stamp: stamp, bytes: bytes))
      $0.bytes += bytes
    }
  }

  /// The oldest entry, if both sides have passed it.
  func takeSettled(upTo passed: Stamp) -> Entry? {
    queue.withLock {
      guard $0.first < $0.entries.count, $0.entries[$0.first].stamp <= passed else { return nil }
      return $0.removeFirst()
    }
  }

  /// The oldest entry, if there are more than have room.
  func takeOverflowing() -> Entry? {
    let kept = keptForCopy.load(ordering: .relaxed)
    return queue.withLock {
      guard $0.bytes > byteLimit, $0.first < $0.entries.count else { return nil }
      if $0.entries[$0.first].stamp.rawValue <= kept { return nil }
      return $0.removeFirst()
    }
  }

  var isOverflowing: Bool { queue.withLock { $0.bytes > byteLimit } }
  var count: Int { queue.withLock { $0.entries.count - $0.first } }
}
