import Glibc
import SystemPackage

extension Errno {
  /// The error of the C call that has just failed on this thread.
  package static var last: Errno { Errno(rawValue: errno) }
}

/// The C convention: -1 and errno.
func check(_ result: CInt) throws(Errno) {
  if result == -1 { throw Errno.last }
}

/// Repeats a call that a signal interrupted.
@inline(__always) func retryingInterrupts<Result: FixedWidthInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
