/// What `flush_all` has left behind on one side: a floor, and at most one flush whose time has come not yet.
///
/// It travels whole, as items do: state, not commands. Two states merge so that order, repeats and crossings do not
/// matter, whoever was away when one was set, taken back, or due:
///
/// ```
///   floor     the higher one
///   due       that of the flush_all asked for last (`issued`): a later one takes the place of one to come, also if it
///             is a flush of now and leaves none; who has fired it has none left, and then the other has not either
/// ```
///
/// A flush to come crosses as the time that remains, and each side waits for it by its process clock: no wall clock's
/// step moves it. Each fires it by itself, with a stamp of then, and tells the other, who does not fire it again.
@usableFromInline package struct FlushState: Sendable, Equatable {
  /// Items at or below are dead.
  package internal(set) var floor = Stamp.zero
  /// When the last `flush_all` was asked for.
  package internal(set) var issued = Stamp.zero
  /// When the one to come comes, in milliseconds of this side's process clock; 0: there is none. On its way to the
  /// peer, how many remain.
  package internal(set) var due: UInt64 = 0

  package init() {}

  package init(floor: Stamp, issued: Stamp, due: UInt64) { (self.floor, self.issued, self.due) = (floor, issued, due) }

  /// Later than any.
  private static let latest = UInt64(Int64.max)

  /// A flush that is asked for here, of now or, with `delay` in seconds, of a time to come.
  mutating func flush(_ issued: Stamp, delay: Int64, at moment: Moment) {
    self.issued = max(self.issued, issued)
    if delay <= 0 {
      floor = max(floor, issued)
      due = 0
    } else {
      let (milliseconds, overflow) = delay.multipliedReportingOverflow(by: 1000)
      due = overflow ? Self.latest : min(moment.milliseconds &+ UInt64(milliseconds), Self.latest)
    }
  }

  /// What the other side says, `due` already by this side's clock.
  mutating func merge(_ other: FlushState, rules: PairRules = .all) {
    floor = max(floor, other.floor)
    if other.issued < issued || due != 0 && !rules.contains(.laterFlushReplaces) { return }
    if other.issued == issued, other.due != 0 || !rules.contains(.flushComesOnce) { return }
    (issued, due) = (other.issued, other.due)
  }

  func isDue(at moment: Moment) -> Bool { due != 0 && due <= moment.milliseconds }

  /// The one to come has come; `stamp` is of now.
  mutating func fire(_ stamp: Stamp) {
    floor = max(floor, stamp)
    due = 0
  }

  // MARK: On its way to the peer

  /// As it is sent at this moment.
  package func leaving(at moment: Moment, rules: PairRules = .all) -> FlushState {
    if due == 0 { return self }
    var sent = self
    sent.due = due > moment.milliseconds ? due - moment.milliseconds : 1
    if !rules.contains(.flushByWhatRemains) { sent.due &+= moment.unixMicroseconds / 1000 }
    return sent
  }

  /// As it has arrived at this moment.
  package func arrived(at moment: Moment, rules: PairRules = .all) -> FlushState {
    if due == 0 { return self }
    var remaining = due
    if !rules.contains(.flushByWhatRemains) { remaining -= min(remaining, moment.unixMicroseconds / 1000) }
    var state = self
    state.due = min(moment.milliseconds &+ min(remaining, Self.latest), Self.latest)
    return state
  }
}
