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
  /// The peer tells its numbers, and answers questions about keys.
  package var peerReports = false
  /// The last copies, out and in.
  package var copyOut = CopyStatus()
  package var copyIn = CopyStatus()
  /// What it has warned of last, but for "replication: ".
  package var lastWarning: String?
  /// Where it listens; with port 0 in the configuration, where it really does.
  package var listensOn: [SocketAddress] = []

  package init() {}
}

/// How far a copy is, or how the last one ended.
package struct CopyStatus: Sendable, Equatable {
  /// At most so many items.
  package var total: UInt64 = 0
  package var done: UInt64 = 0
  package var isUnderWay = false
  /// Unix microseconds; 0: it has not ended yet.
  package var endedAt: UInt64 = 0

  package init() {}

  init(of total: UInt64) {
    (self.total, isUnderWay) = (total, true)
  }

  mutating func end(_ items: UInt64, at time: UInt64) {
    (done, endedAt, isUnderWay) = (items, time, false)
  }
}
