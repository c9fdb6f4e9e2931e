import Replication

/// Of the link to the peer: `stats replication`.
enum PairMetrics {
  /// The link at one moment, and what the rest of the server does for the peer.
  struct Source {
    let status: ReplicationStatus
    let linkSeconds: UInt64
    let context: ServerContext

    var counters: ReplicationCounters { status.counters }

    /// Nil where replication is off.
    init?(_ statistics: Statistics) {
      guard let status = statistics.pairing.status else { return nil }
      self.status = status
      linkSeconds = statistics.pairing.linkSeconds(status)
      context = statistics.context
    }
  }

  /// Where replication is off.
  static let off: [Metric<Statistics>] = [.info("state", "of the link") { _ in .text("off") }]

  static let table = link + changes + remembered

  private static let link: [Metric<Source>] = [
    .info("role", "MASTER accepted the link or waits, SLAVE connected") { .text("\($0.status.role)".uppercased()) },
    .info("state", "of the link") { .text("\($0.status.state)") },
    .info("peer", "address of the peer") { .text($0.status.peer ?? "none") },
    .info("wanted_peer", "whom it dials") { .text($0.status.wantedPeer ?? "none") },
    .info("peer_protocol", "1, or 2 for a repcached 2.x; 0: no peer") { .count(UInt64($0.status.peerProtocol)) },
    .gauge("link_up_seconds", in: .seconds, "age of the link") { $0.linkSeconds },
  ]

  private static let changes: [Metric<Source>] = [
    .counter("sent", "changes sent") { $0.counters.sent },
    .info("acknowledged", "stamp up to which the peer has everything") { .text("\($0.status.ackedThrough)") },
    .counter("received", "changes received") { $0.counters.received },
    .counter("applied", "of these, changes that were newer than what was here") { $0.counters.applied },
    .counter("ignored_older", "of these, changes that were older") { $0.counters.ignoredOlder },
    .counter("conflicts", "equally old and different states") { $0.counters.conflicts },
    .gauge("queue_records", "changes that wait for the peer") { $0.status.queueRecords },
    .gauge("queue_bytes", in: .bytes, "changes that wait for the peer") { $0.status.queueBytes },
    .gauge("lag_us", in: .microseconds, "how far the peer is behind") { $0.status.lagMicroseconds },
    .counter("copies_full", "copies of everything") { $0.counters.copiesFull },
    .counter("copies_partial", "copies of what the peer lacked") { $0.counters.copiesPartial },
    .counter("copies_resumed", "of these, those that went on with one that was cut") { $0.counters.copiesResumed },
    .counter("copied_items", "items sent by copies") { $0.counters.copiedItems },
    .counter("stream_overflows", "streams given up because a queue was full") { $0.counters.streamOverflows },
  ]

  private static let remembered: [Metric<Source>] = [
    .gauge("tombstones", "deletes that the peer may not know yet") { $0.context.store.tombstoneCount },
    .gauge("tombstone_bytes", in: .bytes, "their memory") { $0.context.store.tombstoneBytes },
    .counter("horizon_raised", "deletes that had to be forgotten too soon") { $0.context.store.horizonRaisedCount },
    .gauge("clock_offset_ms", in: .milliseconds, "how far the peer's clock is ahead") {
      $0.status.clockOffsetMilliseconds
    },
    .counter("repl_ack_timeouts", "answers given before the peer had the write") {
      $0.context.acknowledgements.timeoutCount
    },
    .counter("repl_ack_refused", "writes answered as done that are on this side alone") {
      $0.context.acknowledgements.refusedCount
    },
    .counter("refused_peers", "connections refused") { $0.counters.refusedPeers },
    .counter("refused_values", "values of the peer's that were refused") { $0.counters.refusals },
    .counter("values_without_room", "values of the peer's for which there was no memory") { $0.counters.outOfMemory },
    .counter("bytes_sent", in: .bytes, "sent to the peer") { $0.counters.bytesSent },
    .counter("bytes_received", in: .bytes, "received from the peer") { $0.counters.bytesReceived },
    Metric(
      name: "cert_not_after", kind: .gauge, unit: .seconds,
      help: "unix time at which the first certificate of ssl_chain_cert ends, for the peer"
    ) { $0.context.pairTLS?.context.firstEnd.map { .count($0) } },
    .info("last_warning", "what the link has warned of last") { .text($0.status.lastWarning ?? "none") },
  ]
}
