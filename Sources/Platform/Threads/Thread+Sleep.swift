import Glibc

extension Thread {
  /// Rests the calling thread for so long, to some 50 microseconds; a signal may end it sooner.
  package static func sleep(nanoseconds: UInt64) {
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    unsafe nanosleep(&time, nil)
  }
}
