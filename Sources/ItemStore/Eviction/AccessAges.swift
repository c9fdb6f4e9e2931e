import Synchronization

/// How long ago items were last accessed, coarsely: two bits in each (`ItemState.age`).
///
/// ```
///   access ─▶ age 0    sweep ─▶ 1    sweep ─▶ 2    sweep ─▶ 3, and stays
///                      └ `interval` between the end of one sweep and the beginning of the next ┘
/// ```
///
/// A hit sets the age back in the write that counts it, so hits of an item that is in use cost nothing. A sweep comes by
/// each item and raises its age; so who has seen the sweep n times has not been accessed for n − 1 intervals at least,
/// nor since the last sweep. What nobody has read since it was stored needs none of this: its stamp says when that was.
///
/// Locks: none; the numbers are for whoever asks.
final class AccessAges: Sendable {
  /// Seconds. An item that nobody has asked for for an hour has seen two sweeps at least.
  static let interval: UInt32 = 20 * 60

  /// When the last sweep ended, in process seconds; 0: none has.
  private let lastEnd = Atomic<UInt32>(0)
  private let sweepingWord = Atomic<Bool>(false)

  func noteBegin() { sweepingWord.store(true, ordering: .relaxed) }

  func noteEnd(_ now: UInt32) {
    lastEnd.store(now, ordering: .relaxed)
    sweepingWord.store(false, ordering: .relaxed)
  }

  /// - Parameter changed: when the value was last changed.
  func seconds(_ state: ItemState, changed: Stamp, at moment: Moment) -> UInt32 {
    let bound = bound(state.age, moment.seconds)
    if state.isFetched { return bound }
    let then = changed.unixMicroseconds / 1_000_000
    let now = moment.unixMicroseconds / 1_000_000
    return max(bound, UInt32(clamping: now - min(then, now)))
  }

  private func bound(_ age: UInt16, _ now: UInt32) -> UInt32 {
    if age == 0 { return 0 }
    let end = lastEnd.load(ordering: .relaxed)
    // The one under way may have come by already.
    let since = sweepingWord.load(ordering: .relaxed) || end > now ? 1 : max(now - end, 1)
    return UInt32(age - 1) * Self.interval + since
  }
}
