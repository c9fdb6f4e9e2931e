import Glibc

/// What a signal does when no event loop waits for it.
package enum SignalDisposition {
  /// SIGPIPE, above all: a log line written to a closed pipe is no reason to die.
  package static func ignore(_ number: Int32) {
    _ = signal(number, SIG_IGN)
  }
}
