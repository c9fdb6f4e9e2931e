import Platform

/// How long a value lives.
public enum MemcacheExpiration: Hashable, Sendable {
  case never
  /// In whole seconds, rounded up.
  case after(Duration)
  /// Seconds of Unix time.
  case at(Int64)

  private static let maxRelative: Int64 = 30 * 24 * 3600

  /// The protocol's number: what is longer than 30 days is a moment of Unix time there.
  var exptime: Int64 {
    switch self {
    case .never: return 0
    case .at(let time): return time > MemcacheExpiration.maxRelative ? time : -1
    case .after(let time):
      let (seconds, rest) = time.components
      let whole = rest > 0 ? seconds + 1 : seconds
      if whole <= 0 { return -1 }
      return whole <= MemcacheExpiration.maxRelative ? whole : MemcacheExpiration.now + whole
    }
  }

  private static var now: Int64 { Int64(SystemClock.unixMicroseconds() / 1_000_000) }
}
