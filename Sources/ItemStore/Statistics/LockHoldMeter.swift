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
/// ```
///   prepare ─▶ lock ─▶ begin ─▶ work ─▶ end ─▶ unlock ─▶ record
///   thread's counters   monotonic       monotonic         thread's counters
/// ```
///
/// **No system call under the lock.** The monotonic clock is the one that the kernel maps into the process. What the
/// thread has used of its processor the kernel must be asked for: that is done outside of the lock, and for one hold of
/// `sampleInterval`, or it would take longer than the work. Waiting for the lock counts in that time, so of the two
/// times the smaller is taken.
package final class LockHoldMeter: Sendable {
  /// What the calling thread has had of its processor.
  package struct ThreadUse: Sendable {
    package var processorNanoseconds: UInt64
    /// How often it has lost it.
    package var switches: UInt64

    package init(processorNanoseconds: UInt64, switches: UInt64) {
      self.processorNanoseconds = processorNanoseconds
      self.switches = switches
    }
  }

  package struct Clocks: Sendable {
    /// Read under the lock.
    package var nanoseconds: @Sendable () -> UInt64 = { SystemClock.monotonicNanoseconds() }
    package var threadUse: @Sendable () -> ThreadUse = {
      ThreadUse(
        processorNanoseconds: SystemClock.threadProcessorNanoseconds(), switches: SystemClock.threadSwitches())
    }
    /// Holds of which one has the thread's counters read.
    package var sampleInterval: UInt32 = 64

    package init() {}
  }

  /// One hold of a lock.
  struct Hold {
    fileprivate let isMeasured: Bool
    fileprivate let before: ThreadUse?
    fileprivate var start: UInt64 = 0
    fileprivate var duration: UInt64 = 0
  }

  private let clocks: Clocks
  private let maxDuration = Atomic<UInt64>(0)
  private let maxWork = Atomic<UInt64>(0)
  private let holdCount = Atomic<UInt32>(0)

  package init(clocks: Clocks = Clocks()) { self.clocks = clocks }

  /// A lock is about to be taken.
  func prepare(isMeasured: Bool = true) -> Hold {
    let isSampled = isMeasured && holdCount.wrappingAdd(1, ordering: .relaxed).oldValue % clocks.sampleInterval == 0
    return Hold(isMeasured: isMeasured, before: isSampled ? clocks.threadUse() : nil)
  }

  /// It has been taken.
  func begin(_ hold: inout Hold) { if hold.isMeasured { hold.start = clocks.nanoseconds() } }

  /// It is about to be released.
  func end(_ hold: inout Hold) { if hold.isMeasured { hold.duration = clocks.nanoseconds() &- hold.start } }

  /// It has been released.
  func record(_ hold: Hold) {
    if !hold.isMeasured { return }
    Self.raise(maxDuration, to: hold.duration)
    guard let before = hold.before, case let after = clocks.threadUse(), after.switches == before.switches else {
      return
    }
    Self.raise(maxWork, to: min(after.processorNanoseconds &- before.processorNanoseconds, hold.duration))
  }

  private static func raise(_ word: borrowing Atomic<UInt64>, to value: UInt64) {
    if value > word.load(ordering: .relaxed) { _ = word.max(value, ordering: .relaxed) }
  }

  package var maxMicroseconds: UInt64 { maxDuration.load(ordering: .relaxed) / 1000 }
  package var maxWorkMicroseconds: UInt64 { maxWork.load(ordering: .relaxed) / 1000 }

  package func reset() {
    maxDuration.store(0, ordering: .relaxed)
    maxWork.store(0, ordering: .relaxed)
  }
}
