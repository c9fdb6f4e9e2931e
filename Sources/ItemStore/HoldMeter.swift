import Platform
import Synchronization

/// The longest that work in the background has held a lock that a request may wait for: index growth, page moves, the
/// crawler, digests and copies.
///
/// A client cannot measure it, for the kernel's scheduling and the client's own work are longer. By the monotonic clock it
/// is what a request may have waited; by the thread's processor time what the work took: where the first is much longer,
/// the kernel had taken the processor away, and no smaller step would have helped.
///
/// The clocks are read when the lock is held already, so waiting for it is not counted.
package final class HoldMeter: Sendable {
  /// In nanoseconds.
  package struct Instant: Sendable {
    package var monotonic: UInt64
    package var processor: UInt64

    package init(monotonic: UInt64, processor: UInt64) {
      self.monotonic = monotonic
      self.processor = processor
    }
  }

  private let clock: @Sendable () -> Instant
  private let longest = Atomic<UInt64>(0)
  private let longestProcessor = Atomic<UInt64>(0)

  package init(clock: @escaping @Sendable () -> Instant = HoldMeter.systemClock) { self.clock = clock }

  @Sendable package static func systemClock() -> Instant {
    Instant(monotonic: SystemClock.monotonicNanoseconds(), processor: SystemClock.threadProcessorNanoseconds())
  }

  /// The lock has been taken.
  func begin() -> Instant { clock() }

  /// The lock is about to be released.
  func end(_ start: Instant) {
    let now = clock()
    Self.raise(longest, to: now.monotonic &- start.monotonic)
    Self.raise(longestProcessor, to: now.processor &- start.processor)
  }

  private static func raise(_ word: borrowing Atomic<UInt64>, to value: UInt64) {
    if value > word.load(ordering: .relaxed) { _ = word.max(value, ordering: .relaxed) }
  }

  package var longestMicroseconds: UInt64 { longest.load(ordering: .relaxed) / 1000 }
  package var longestProcessorMicroseconds: UInt64 { longestProcessor.load(ordering: .relaxed) / 1000 }

  package func reset() {
    longest.store(0, ordering: .relaxed)
    longestProcessor.store(0, ordering: .relaxed)
  }
}
