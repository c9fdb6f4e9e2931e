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

/// The pthread convention: the error is the result.
func check(errorNumber: CInt) throws(Errno) {
  if errorNumber != 0 { throw Errno(rawValue: errorNumber) }
}

/// Repeats a call that a signal interrupted.
@inline(__always) func retryingInterrupts<Result: FixedWidthInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
