import ItemStore
import Platform

/// The link as `stats` shows it. A copy; some milliseconds old.
package struct ReplicationStatus: Sendable {
  package var role = Role.master
  package var state = LinkState.off
  /// The peer's address while there is a link.
  package var peer: String?
  /// Whom it looks for; nil: it waits to be found.
  package var wantedPeer: String?
  package var peerProtocol: UInt16 = 0
  /// When the link was made; monotonic.
  package var linkedSince = Duration.zero
  package var counters = ReplicationCounters()
  /// The highest stamp that the peer has acknowledged.
  package var ackedThrough = Stamp.zero
  package var queueRecords = 0
  package var queueBytes = 0
  package var queueRecordLimit = 0
  package var lagMicroseconds: UInt64 = 0
  /// How far the peer's clock is ahead of this one.
  package var clockOffsetMilliseconds: Int64 = 0
  /// What it has warned of last, but for "replication: ".
  package var lastWarning: String?
  /// Where it listens; with port 0 in the configuration, where it really does.
  package var listensOn: [SocketAddress] = []

  package init() {}
}
