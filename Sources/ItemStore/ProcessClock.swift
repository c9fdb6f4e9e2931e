/// Seconds since shortly before the process began, in which items keep their expiry, and its place in unix time.
///
/// Monotonic, so a wall clock that is set back or forth neither revives nor kills items. The origin lies two seconds
/// before the start, so that zero can mean "never" and one "already expired".
package struct ProcessClock: Sendable {
  private let startNanoseconds: UInt64
  private let startUnixSeconds: Int64

  /// The seconds shown at the start of the process.
  package static let origin: UInt32 = 2
  /// An expiry that lies in the past at any time.
  package static let expired: UInt32 = 1
  /// Client expiry times up to 30 days are relative, larger ones are absolute unix time (memcached's protocol.txt).
  package static let relativeLimit: Int64 = 60 * 60 * 24 * 30

  package init(monotonicNanoseconds: UInt64, unixMicroseconds: UInt64) {
    startNanoseconds = monotonicNanoseconds
    startUnixSeconds = Int64(clamping: unixMicroseconds / 1_000_000)
  }

  package func moment(monotonicNanoseconds: UInt64, unixMicroseconds: UInt64) -> Moment {
    let elapsed = monotonicNanoseconds &- min(startNanoseconds, monotonicNanoseconds)
    let seconds = UInt32(clamping: elapsed / 1_000_000_000 + UInt64(Self.origin))
    return Moment(seconds: seconds, unixMicroseconds: unixMicroseconds)
  }

  /// The expiry a client means by `exptime`: 0 never, negative expired, up to 30 days relative, else unix time.
  package func expiresAt(exptime: Int64, now: UInt32) -> UInt32 {
    if exptime == 0 { return 0 }
    if exptime < 0 { return Self.expired }
    if exptime > Self.relativeLimit { return expiresAt(unixSeconds: exptime) }
    return UInt32(clamping: Int64(now) + exptime)
  }

  /// Process seconds of a unix time; a past one is expired, one beyond the clock's 136 years its end.
  package func expiresAt(unixSeconds: Int64) -> UInt32 {
    let (relative, overflow) = unixSeconds.subtractingReportingOverflow(startUnixSeconds)
    if overflow || relative <= 0 { return Self.expired }
    return UInt32(clamping: min(relative, Int64(UInt32.max)) + Int64(Self.origin))
  }

  /// Unix time of an expiry; 0 stays 0, "never", and what has expired at any time has by any clock, also by one far behind.
  package func unixSeconds(expiresAt: UInt32) -> Int64 {
    expiresAt <= Self.expired ? Int64(expiresAt) : startUnixSeconds + Int64(expiresAt) - Int64(Self.origin)
  }
}
