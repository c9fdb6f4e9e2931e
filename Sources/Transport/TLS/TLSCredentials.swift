import Platform
import Synchronization

/// The context of channels that begin now, and how it is made anew from its files.
///
/// ```
///   refresh_certs, SIGHUP ──▶ reload() ──▶ files are read ─┬─ good: the next channel has them, those that are open stay as they are
///                                                          └─ bad:  the old context stays, and the error says why
/// ```
///
/// **Locks**: one, around the reference; reading files and keys is outside of it.
package final class TLSCredentials: Sendable {
  private let settings: TLSSettings
  private let purpose: TLSContext.Purpose
  private let current: Mutex<TLSContext>
  private let refreshedAt: Atomic<UInt64>
  package let counters = TLSCounters()

  package init(_ settings: TLSSettings, for purpose: TLSContext.Purpose) throws(TLSError) {
    self.settings = settings
    self.purpose = purpose
    current = Mutex(try TLSContext(settings, for: purpose, counters: counters))
    refreshedAt = Atomic(SystemClock.monotonicNanoseconds())
  }

  package var context: TLSContext { current.withLock { $0 } }

  /// From any thread.
  package func reload() throws(TLSError) {
    let made = try TLSContext(settings, for: purpose, counters: counters)
    current.withLock { $0 = made }
    refreshedAt.store(SystemClock.monotonicNanoseconds(), ordering: .relaxed)
  }

  package var secondsSinceRefresh: UInt64 {
    let now = SystemClock.monotonicNanoseconds()
    let then = refreshedAt.load(ordering: .relaxed)
    return now > then ? (now - then) / 1_000_000_000 : 0
  }
}
