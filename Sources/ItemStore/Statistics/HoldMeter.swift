import Platform
import Synchronization

/// The longest that work in the background has held a lock that a request may wait for: index growth, page moves, the
/// crawler, digests and copies.
///
/// A client cannot measure it, for the kernel's scheduling and the client's own work are longer. So there are two
/// figures: the longest of all, which is what a request may have waited, and the most processor time of one during
/// which the kernel did not take the processor from the thread: what the work takes. Where the first is much longer, no
/// smaller step would have helped. (Processor time alone would not tell, for what the kernel does to switch counts in
/// it; nor would the absence of switches alone, for a virtual processor may stand still.)
///
/// The clocks are read when the lock is held already, so waiting for it is not counted.
package final class HoldMeter: Sendable {
  package struct Instant: Sendable {
    package var nanoseconds: UInt64
    /// What the thread has used of the processor.
    package var processorNanoseconds: UInt64
    /// How often the thread has lost its processor.
    package var switches: UInt64

    package init(nanoseconds: UInt64, processorNanoseconds: UInt64, switches: UInt64) {
      self.nanoseconds = nanoseconds
      self.processorNanoseconds = processorNanoseconds
      self.switches = switches
    }
  }

  private let clock: @Sendable () -> Instant
  private let longest = Atomic<UInt64>(0)
  private let maxWork = Atomic<UInt64>(0)

  package init(clock: @escaping @Sendable () -> Instant = HoldMeter.systemClock) { self.clock = clock }

  @Sendable package static func systemClock() -> Instant {
    Instant(
      nanoseconds: SystemClock.monotonicNanoseconds(),
      processorNanoseconds: SystemClock.threadProcessorNanoseconds(), switches: SystemClock.threadSwitches())
  }

  /// The lock has been taken.
  func begin() -> Instant { clock() }

  /// The lock is about to be released.
  func end(_ start: Instant) {
    let now = clock()
    Self.raise(longest, to: now.nanoseconds &- start.nanoseconds)
    if now.switches != start.switches { return }
    Self.raise(maxWork, to: now.processorNanoseconds &- start.processorNanoseconds)
  }

  private static func raise(_ word: borrowing Atomic<UInt64>, to value: UInt64) {
    if value > word.load(ordering: .relaxed) { _ = word.max(value, ordering: .relaxed) }
  }

  package var maxMicroseconds: UInt64 { longest.load(ordering: .relaxed) / 1000 }
  package var maxWorkMicroseconds: UInt64 { maxWork.load(ordering: .relaxed) / 1000 }

  package func reset() {
    longest.store(0, ordering: .relaxed)
    maxWork.store(0, ordering: .relaxed)
  }
}
