import Glibc

// The clocks of the kernel. Coarse ones cost no counter read and are right to a few milliseconds (a scheduler tick).
// Who decides by time takes it as an argument; only wiring reads it here.

package enum SystemClock {
  /// Since some moment in the past; never goes back.
  package static func monotonicNanoseconds() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }
  package static func coarseMonotonicNanoseconds() -> UInt64 { nanoseconds(CLOCK_MONOTONIC_COARSE) }

  /// Since 1970; may be set back.
  package static func unixMicroseconds() -> UInt64 { nanoseconds(CLOCK_REALTIME) / 1000 }

  /// What the calling thread has used of the processors.
  package static func threadProcessorNanoseconds() -> UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

  /// How often the calling thread has lost its processor, willingly or not.
  package static func threadSwitches() -> UInt64 {
    // RUSAGE_THREAD, which is not imported.
    let thread: Int32 = 1
    var usage = rusage()
    unsafe getrusage(thread, &usage)
    return UInt64(usage.ru_nvcsw + usage.ru_nivcsw)
  }

  /// What this process has used of the processors.
  package static func processCPU() -> (userMicroseconds: UInt64, systemMicroseconds: UInt64) {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    return (microseconds(usage.ru_utime), microseconds(usage.ru_stime))
  }

  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  private static func microseconds(_ time: timeval) -> UInt64 {
    UInt64(time.tv_sec) &* 1_000_000 &+ UInt64(time.tv_usec)
  }
}
