import Glibc

/// Waiting for nothing but the time.
package enum ProcessPause {
  package static func sleep(nanoseconds: UInt64) {
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    var left = timespec()
    while unsafe nanosleep(&time, &left) == -1 && errno == EINTR { time = left }
  }
}
