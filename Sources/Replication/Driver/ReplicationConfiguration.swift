import ItemStore
import Platform
import Transport

/// What the link to the peer is started with; the flags it comes from are named.
package struct ReplicationConfiguration: Sendable {
  /// Which daemon this is, the same after a restart; see `PeerIdentity.node(of:)`.
  package var node: UInt64
  /// `-X`, on the interfaces of `-l`.
  package var listenAddresses: [SocketAddress]
  /// `-x`
  package var peer: PeerPlace?
  /// The addresses of a name, with the port. May wait as long as it likes: it is called on a thread of its own.
  package var lookUp: @Sendable (String, UInt16) throws(ResolutionError) -> [SocketAddress] = {
    (host, port) throws(ResolutionError) in try SocketAddress.resolve(host: host, port: port)
  }
  /// `-o repl_wait`
  package var replWait = Duration.milliseconds(1000)
  /// `-t`: one ring each.
  package var workerCount: Int
  /// `-q`: records that may wait for the peer, in all rings together; 2.x had 8192 keys and closed the link at the
  /// last.
  package var queueRecords = 1 << 20
  /// Bytes that may wait, in all rings together.
  package var queueBytes = 64 << 20
  /// `-o repl_legacy`: the peer may be a repcached 2.x, also after one of today's kind has been met.
  package var expectsLegacy = false
  /// The largest item that a repcached 2.x as the peer takes: its `-I`.
  package var legacyItemLimit = 1 << 20
  /// How long the link waits between two looks at the rings while they fill.
  package var pollInterval = Duration.milliseconds(1)
  /// What the peer should have been started with, too.
  package var limits: PeerLimits?
  /// `-o repl_secret`: what both sides must know; they may become others while the link runs.
  package var secrets: PairSecrets?
  /// `-o repl_tls`: what this side shows the other, and judges it by.
  package var tls: TLSCredentials?
  /// Whole lines, without the newline: what happens to the pair, and what its owner must know.
  package var log: @Sendable (String) -> Void = { _ in }
  package var warn: @Sendable (String) -> Void = { _ in }
  /// Clients may be served from now on. Once, on the link's thread.
  package var onReady: @Sendable () -> Void = {}
  /// `-o repl_ack`: workers wait for what becomes of their changes.
  package var hasWaitingAnswers = false
  /// The peer has processed more of this worker's changes, or is gone: its `WriteOutcomes` tell. On the link's thread.
  package var onOutcomes: @Sendable (_ worker: Int) -> Void = { _ in }
  /// The numbers that the peer is told once a second, and what it has told. On the link's thread.
  package var report: @Sendable () -> PeerReport = { PeerReport() }
  package var onReport: @Sendable (PeerReport) -> Void = { _ in }
  package var monotonicNanoseconds: @Sendable () -> UInt64 = { SystemClock.monotonicNanoseconds() }
  package var unixMicroseconds: @Sendable () -> UInt64 = { SystemClock.unixMicroseconds() }

  package init(node: UInt64, listenAddresses: [SocketAddress], workerCount: Int) {
    self.node = node
    self.listenAddresses = listenAddresses
    self.workerCount = workerCount
  }
}
