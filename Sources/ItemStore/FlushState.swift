/// What `flush_all` has left behind on one side: a floor, and at most one flush whose time has come not yet.
///
/// It travels whole, as items do: state, not commands. Two states merge so that order, repeats and crossings do not
/// matter, whoever was away when one was set, taken back, or due:
///
/// ```
///   floor     the higher one
///   pending   that of the flush_all asked for last (`issued`): a later one takes the place of one pending, also if it is a
///             flush of now and leaves none
/// ```
///
/// Both sides know a pending flush by the same floor, so it kills the same items on both, and each fires it by itself,
/// when its own clock shows `due`; whoever tells the other corrects that by the difference of the two clocks.
package struct FlushState: Sendable, Equatable {
  /// Items at or below are dead.
  package internal(set) var floor = Stamp.zero
  /// When the last `flush_all` was asked for.
  package internal(set) var issued = Stamp.zero
  /// A floor whose time has not come; zero: none.
  package internal(set) var pending = Stamp.zero
  /// When it comes, in unix microseconds of this side's clock.
  package internal(set) var due: UInt64 = 0

  package init() {}

  package init(floor: Stamp, issued: Stamp, pending: Stamp, due: UInt64) {
    (self.floor, self.issued, self.pending, self.due) = (floor, issued, pending, due)
  }

  /// A flush that is asked for here, of now or, with `delay` in seconds, of a time to come.
  ///
  /// - Parameter peerAhead: microseconds, 0 where the peer's clock is behind. Stamps run by the clock that is ahead, so a
  ///   floor to come is a time of that one, or what the other side writes until then would outlive it.
  mutating func flush(_ issued: Stamp, delay: Int64, unixMicroseconds: UInt64, peerAhead: UInt64 = 0) {
    var asked = FlushState()
    asked.issued = issued
    if delay > 0 {
      let (microseconds, overflow) = delay.multipliedReportingOverflow(by: 1_000_000)
      let latest = UInt64(Int64.max)
      asked.due = overflow ? latest : min(unixMicroseconds &+ UInt64(microseconds), latest)
      asked.pending = Stamp(endOfTick: min(asked.due &+ peerAhead, latest))
    } else {
      asked.floor = issued
    }
    merge(asked)
  }

  /// What the other side says, `due` already by this side's clock.
  mutating func merge(_ other: FlushState) {
    floor = max(floor, other.floor)
    // Who has fired has none left, and its floor says so.
    if (other.issued, other.pending) > (issued, pending) {
      (issued, pending, due) = (other.issued, other.pending, other.due)
    }
    settle()
  }

  /// A flush whose time has come takes effect.
  mutating func advance(to unixMicroseconds: UInt64) {
    if pending == .zero || due > unixMicroseconds { return }
    floor = max(floor, pending)
    settle()
  }

  /// The same by a clock that shows so many microseconds less.
  package func byClock(behind microseconds: Int64) -> FlushState {
    var same = self
    let (time, overflow) = Int64(clamping: due).subtractingReportingOverflow(microseconds)
    if pending != .zero, !overflow { same.due = UInt64(max(time, 0)) }
    return same
  }

  private mutating func settle() {
    if pending <= floor { (pending, due) = (.zero, 0) }
  }
}
