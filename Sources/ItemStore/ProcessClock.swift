/// Seconds since shortly before the process began, in which items keep their expiry, and its place in unix time.
///
/// ```
///   unix time        … 999 | 1000      | 1001      | 1002      | …
///   started here            ^ .4   ^ .7
///   process seconds          2         | 3         | 4         |      on both
/// ```
///
/// Monotonic, so a wall clock that is set back or forth neither revives nor kills items. The seconds begin where those of
/// unix time did at the start: so daemons that were started at different fractions of a second agree on when a time to live
/// ends. The origin lies two seconds before the second of the start, so that zero can mean "never" and one "already
/// expired".
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
  /// The same in unix time, and on its way to the peer.
  package static let farUnixSeconds: Int64 = .max
  /// An expiry from here on (the year 2106) is far. A unix time and no process time, so that it is far on both of a pair or
  /// on neither; every clock that started after 1970 reaches it.
  private static let firstFarUnixSeconds: Int64 = 1 << 32
  /// Client expiry times up to 30 days are relative, larger ones are absolute unix time (memcached's protocol.txt).
  package static let relativeLimit: Int64 = 60 * 60 * 24 * 30

  package init(monotonicNanoseconds: UInt64, unixMicroseconds: UInt64) {
    startNanoseconds = monotonicNanoseconds
    startFraction = unixMicroseconds % 1_000_000 * 1000
    startUnixSeconds = Int64(clamping: unixMicroseconds / 1_000_000)
  }

  package func moment(monotonicNanoseconds: UInt64, unixMicroseconds: UInt64) -> Moment {
    let elapsed = monotonicNanoseconds &- min(startNanoseconds, monotonicNanoseconds) &+ startFraction
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

  /// Process seconds of a unix time; a past one is expired, a late one far.
  package func expiresAt(unixSeconds: Int64) -> UInt32 {
    if unixSeconds >= Self.firstFarUnixSeconds { return Self.far }
    if unixSeconds <= startUnixSeconds { return Self.expired }
    return UInt32(clamping: unixSeconds - startUnixSeconds + Int64(Self.origin))
  }

  /// Unix time of an expiry; 0 stays 0, "never", and what has expired at any time has by any clock, also by one far behind.
  package func unixSeconds(expiresAt: UInt32) -> Int64 {
    if expiresAt <= Self.expired { return Int64(expiresAt) }
    if expiresAt == Self.far { return Self.farUnixSeconds }
    return startUnixSeconds + Int64(expiresAt) - Int64(Self.origin)
  }
}
