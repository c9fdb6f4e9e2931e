import Synchronization

/// What TLS counts, from any thread. By memcached's names of `ssl_`.
package final class TLSCounters: Sendable {
  /// Handshakes that did not come to a good end, those that took too long included.
  private let handshakeErrorWord = Atomic<UInt64>(0)
  /// Connections that ended because their records could not be read or written.
  private let protocolErrorWord = Atomic<UInt64>(0)
  /// Sessions that clients can take up again.
  private let newSessionWord = Atomic<UInt64>(0)

  package init() {}

  package var handshakeErrors: UInt64 { handshakeErrorWord.load(ordering: .relaxed) }
  package var protocolErrors: UInt64 { protocolErrorWord.load(ordering: .relaxed) }
  package var newSessions: UInt64 { newSessionWord.load(ordering: .relaxed) }

  package func countHandshakeError() { handshakeErrorWord.add(1, ordering: .relaxed) }
  func countProtocolError() { protocolErrorWord.add(1, ordering: .relaxed) }
  func countNewSession() { newSessionWord.add(1, ordering: .relaxed) }
}
