import Glibc

/// The signals that concern a daemon, by number.
package enum ProcessSignal {
  package static let terminate = SIGTERM
  package static let interrupt = SIGINT
  package static let hangUp = SIGHUP
  package static let brokenPipe = SIGPIPE
}
