import Glibc

/// The signals a daemon listens to.
package enum ProcessSignal {
  package static let brokenPipe = SIGPIPE
  package static let terminate = SIGTERM
  package static let interrupt = SIGINT
  package static let hangUp = SIGHUP
  /// By which memcached is told to end gracefully.
  package static let user1 = SIGUSR1
}
