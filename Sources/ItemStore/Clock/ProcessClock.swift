/// Seconds since shortly before the process began, in which items keep their expiry.
///
/// ```
///   unix time        … 999 | 1000      | 1001      | 1002      | …
///   started here            ^ .4   ^ .7
///   process seconds          2         | 3         | 4         |      on both
/// ```
///
/// Monotonic, so a wall clock that is set back or forth neither revives nor kills items. The seconds begin where those
/// of unix time did at the start: so daemons that were started at different fractions of a second agree on when a time
/// to live ends. The origin lies two seconds before the second of the start, so that zero can mean "never" and one
/// "already expired".
///
/// No two daemons agree on a moment, so what crosses to the peer is what remains until then, in milliseconds. There it
/// ends with a whole second again, the next one: a little later, never sooner. What ends within `sameSecond` behind the
/// end of a second ends with that one: so much the wire may take, and two clocks that are set by the network may
/// differ, or each crossing would cost a second.
package struct ProcessClock: Sendable {
  private let startNanoseconds: UInt64
  /// How much of its unix second had passed at the start.
  private let startFraction: UInt64
  private let startUnixSeconds: Int64

  /// The seconds shown at the start of the process.
  package static let origin: UInt32 = 2
  /// An expiry that lies in the past at any time.
  package static let expired: UInt32 = 1
  /// An expiry too late for the clock: it never comes.
  package static let far: UInt32 = .max
  /// Client expiry times up to 30 days are relative, larger ones are absolute unix time (memcached's protocol.txt).
  package static let relativeLimit: Int64 = 60 * 60 * 24 * 30
  /// Milliseconds.
  package static let sameSecond: UInt64 = 50

  package init(monotonicNanoseconds: UInt64, unixMicroseconds: UInt64) {
    startNanoseconds = monotonicNanoseconds
    startFraction = unixMicroseconds % 1_000_000 * 1000
    startUnixSeconds = Int64(clamping: unixMicroseconds / 1_000_000)
  }

  package func moment(monotonicNanoseconds: UInt64, unixMicroseconds: UInt64) -> Moment {
    let elapsed = monotonicNanoseconds &- min(startNanoseconds, monotonicNanoseconds) &+ startFraction
    let milliseconds = elapsed / 1_000_000 + UInt64(Self.origin) * 1000
    return Moment(
      seconds: UInt32(clamping: milliseconds / 1000), unixMicroseconds: unixMicroseconds, milliseconds: milliseconds)
  }

  /// The expiry a client means by `exptime`: 0 never, negative expired, up to 30 days relative, else the time that
  /// remains by the wall clock until that unix time: what the wall clock shows later no more counts.
  package static func expiresAt(exptime: Int64, at moment: Moment) -> UInt32 {
    if exptime == 0 { return 0 }
    if exptime < 0 { return expired }
    if exptime > relativeLimit { return expiresAt(unixSeconds: exptime, at: moment) }
    return UInt32(clamping: Int64(moment.seconds) + exptime)
  }

  /// A past unix time is expired, a late one far.
  package static func expiresAt(unixSeconds: Int64, at moment: Moment) -> UInt32 {
    let now = Int64(clamping: moment.unixMicroseconds / 1000)
    let (time, isTooLate) = unixSeconds.multipliedReportingOverflow(by: 1000)
    if isTooLate { return unixSeconds < 0 ? expired : far }
    return time <= now ? expired : expiresAt(remaining: time - now, at: moment)
  }

  /// When that many milliseconds will have passed: 0 never, negative expired. What is alive lives for a moment at
  /// least.
  package static func expiresAt(remaining: Int64, at moment: Moment) -> UInt32 {
    if remaining <= 0 { return remaining == 0 ? 0 : expired }
    let end = moment.milliseconds &+ UInt64(remaining)
    return UInt32(clamping: max((end &+ (999 - sameSecond)) / 1000, UInt64(moment.seconds) + 1))
  }

  /// Milliseconds until an expiry: 0 never, negative where it has come.
  package static func remaining(expiresAt: UInt32, at moment: Moment) -> Int64 {
    if expiresAt == 0 { return 0 }
    if expiresAt == far { return .max }
    let end = UInt64(expiresAt) * 1000
    return end > moment.milliseconds ? Int64(end - moment.milliseconds) : -1
  }

  /// The unix time that the wall clock of now gives to an expiry; 0 stays 0, and what has expired has by any clock.
  package static func unixSeconds(expiresAt: UInt32, at moment: Moment) -> Int64 {
    let remaining = remaining(expiresAt: expiresAt, at: moment)
    if remaining <= 0 { return remaining == 0 ? 0 : 1 }
    let (end, isTooLate) = Int64(clamping: moment.unixMicroseconds / 1000).addingReportingOverflow(remaining)
    return isTooLate ? .max : (end &+ Int64(999 - sameSecond)) / 1000
  }

  /// The time by the wall clock of the start; for statistics.
  func unixMicroseconds(ofSeconds seconds: UInt32) -> UInt64 {
    UInt64(clamping: startUnixSeconds + Int64(seconds) - Int64(Self.origin)) &* 1_000_000
  }

  /// Process seconds of a time by the wall clock of the start; for statistics.
  func seconds(ofUnixMicroseconds time: UInt64) -> UInt32 {
    let seconds = Int64(clamping: time / 1_000_000)
    if seconds <= startUnixSeconds { return Self.expired }
    return UInt32(clamping: seconds - startUnixSeconds + Int64(Self.origin))
  }
}
