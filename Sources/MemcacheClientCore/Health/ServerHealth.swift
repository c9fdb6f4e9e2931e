/// Whether a server is asked, by what happened to it.
///
///     alive ──failed, as often in a row as the limit──▶ dead until now + retryAfter
///       ▲                                                 │ the time is over: one attempt, in the background
///       └────────────────── succeeded ────────────────────┘ failed: dead again
///
/// php-memcache's limit is 1, libmemcached's and twemproxy's by choice. While it is dead nobody waits for it.
package struct ServerHealth: Hashable, Sendable {
  package struct Limits: Hashable, Sendable {
    /// Failures in a row that make it dead: 1 or more.
    package var failures: Int
    /// php-memcache's `retry_interval`.
    package var retryAfter: Duration

    package init(failures: Int = 1, retryAfter: Duration = .seconds(15)) {
      self.failures = max(failures, 1)
      self.retryAfter = retryAfter
    }
  }

  private let limits: Limits
  private var failures = 0
  /// When a dead one may be tried.
  private(set) var retryAt: Duration?

  package init(_ limits: Limits) { self.limits = limits }

  package var isDead: Bool { retryAt != nil }

  /// - Returns: whether it is dead since now.
  package mutating func failed(_ now: Duration) -> Bool {
    failures += 1
    guard failures >= limits.failures else { return false }
    let wasAlive = retryAt == nil
    retryAt = now + limits.retryAfter
    return wasAlive
  }

  /// - Returns: whether it was dead until now.
  package mutating func succeeded() -> Bool {
    defer {
      failures = 0
      retryAt = nil
    }
    return retryAt != nil
  }
}
