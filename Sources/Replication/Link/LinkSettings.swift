import ItemStore

/// What the link machine is started with.
package struct LinkSettings: Sendable {
  package var identity: PeerIdentity
  /// As the log shows it, "ADDR:PORT"; nil without `-x`. It may become another.
  package var peer: String?
  /// As the log shows it.
  package var listenAddress: String
  /// `-o repl_wait`: how long to look for the peer before becoming the master.
  package var replWait = Duration.milliseconds(1000)
  package var helloTimeout = Duration.milliseconds(300)
  package var dialTimeout = Duration.milliseconds(1000)
  package var heartbeat = Duration.milliseconds(100)
  package var silence = Duration.milliseconds(500)
  package var minRetryDelay = Duration.milliseconds(100)
  package var maxRetryDelay = Duration.milliseconds(2000)
  /// Whether a repcached 2.x may be the peer. It cannot prove a secret, so with one it may not.
  package var acceptsLegacy = true
  /// `-o repl_legacy`: one is expected, also after a peer of today's kind has been met.
  package var expectsLegacy = false
  /// How long an old acceptor may be silent before its copy has ended; later nothing but TCP tells of its death.
  package var legacySilence = Duration.seconds(10)
  package var clockTolerance: UInt64 = Replicator.clockTolerance
  package var rules = PairRules.all
  /// `-o repl_secret` is given: who has none cannot be the peer.
  package var hasSecret = false
  /// What this side was started with.
  package var limits: PeerLimits?
  /// Connections accepted that have not proven yet who they are, of all hosts together.
  package var maxHandshakes = 32
  /// Of one host.
  package var handshakesPerSecond = 10
  package var jitterSeed: UInt64

  package init(identity: PeerIdentity, peer: String?, listenAddress: String, jitterSeed: UInt64) {
    self.identity = identity
    self.peer = peer
    self.listenAddress = listenAddress
    self.jitterSeed = jitterSeed
  }
}
