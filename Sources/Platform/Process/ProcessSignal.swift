import Glibc

/// The signals a daemon listens to.
package enum ProcessSignal {
  package static let terminate = SIGTERM
  package static let interrupt = SIGINT
  package static let hangUp = SIGHUP
}
