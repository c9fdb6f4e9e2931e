import Synchronization

/// Gives stamps: each greater than the clock, and than all that were given or observed, so than that of the item it
/// replaces.
///
/// One atomic word holds the last stamp given or observed, without its node bit. A stamp is an atomic maximum of the
/// wall time and last + 1, so any thread may ask at any time and no lock is taken. Observing a peer's stamp moves the
/// word on, so what is written after reading the peer's item is newer than it (a hybrid logical clock).
///
/// The clock reads no time itself: callers hand in the `Moment` they read once for a whole batch of requests.
package final class StampClock: Sendable {
  private let last = Atomic<UInt64>(0)
  private let node = Atomic<UInt64>(0)

  package init() {}

  /// The bit that tells the stamps of the two daemons of a pair apart: 0 or 1, agreed in the handshake.
  package func setNode(_ bit: UInt64) { node.store(bit & 1, ordering: .sequentiallyConsistent) }

  package var nodeBit: UInt64 { node.load(ordering: .acquiring) }

  /// A new stamp above every stamp given or observed so far, and not before `unixMicroseconds`.
  ///
  /// What is replaced was given or observed, so its stamp need not be told: where it lies ahead of a clock that was set
  /// back, it must not take it there again.
  package func next(unixMicroseconds: UInt64) -> Stamp {
    let floor = Stamp.tick(of: unixMicroseconds)
    var current = last.load(ordering: .relaxed)
    while true {
      let candidate = (max(current, floor) | 1) + 1
      let (exchanged, original) = last.weakCompareExchange(
        expected: current, desired: candidate, ordering: .sequentiallyConsistent)
      if exchanged { return Stamp(rawValue: candidate | node.load(ordering: .relaxed)) }
      current = original
    }
  }

  /// Moves the clock on, so that the next stamp given is greater than `stamp`. Returns a fence of before: what this side gives
  /// itself is at or below it, or above `stamp`.
  @discardableResult
  package func observe(_ stamp: Stamp) -> Stamp {
    let observed = min(stamp.rawValue, Stamp.greatest.rawValue) & ~1
    return Stamp(rawValue: last.max(observed, ordering: .sequentiallyConsistent).oldValue | 1)
  }

  /// Sets the clock back, where it lies ahead of time; returns what it showed. What has a greater stamp is to be given
  /// another: see `ItemStore+Restamp`.
  func setBack(to stamp: Stamp) -> Stamp {
    Stamp(rawValue: last.exchange(stamp.rawValue & ~1, ordering: .sequentiallyConsistent) | 1)
  }

  /// Every stamp given from now on is greater than the result, which is itself greater than all given before.
  ///
  /// An atomic read-modify-write, so it is ordered with every `next`: the base of a mark (docs/replication.md).
  package func fence() -> Stamp {
    let value = last.add(0, ordering: .sequentiallyConsistent).newValue
    return Stamp(rawValue: value | 1)
  }
}
