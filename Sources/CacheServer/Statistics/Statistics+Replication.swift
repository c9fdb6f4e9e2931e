import Replication

/// `stats replication`: the link to the peer.
extension Statistics {
  var replication: [Line] {
    var lines = StatisticsLines()
    guard let status = pairing.status else {
      lines.add("state", "off")
      return lines.lines
    }
    addLink(status, to: &lines)
    addCounters(status, to: &lines)
    return lines.lines
  }

  private func addLink(_ status: ReplicationStatus, to lines: inout StatisticsLines) {
    lines.add("role", "\(status.role)".uppercased())
    lines.add("state", "\(status.state)")
    lines.add("peer", status.peer ?? "none")
    lines.add("wanted_peer", status.wantedPeer ?? "none")
    lines.add("peer_protocol", status.peerProtocol)
    lines.add("link_up_seconds", pairing.linkSeconds(status))
  }

  private func addCounters(_ status: ReplicationStatus, to lines: inout StatisticsLines) {
    let counters = status.counters
    lines.add("sent", counters.sent)
    lines.add("acknowledged", status.ackedThrough)
    lines.add("received", counters.received)
    lines.add("applied", counters.applied)
    lines.add("ignored_older", counters.ignoredOlder)
    lines.add("conflicts", counters.conflicts)
    lines.add("queue_records", status.queueRecords)
    lines.add("queue_bytes", status.queueBytes)
    lines.add("lag_us", status.lagMicroseconds)
    lines.add("copies_full", counters.copiesFull)
    lines.add("copies_partial", counters.copiesPartial)
    lines.add("copies_resumed", counters.copiesResumed)
    lines.add("copied_items", counters.copiedItems)
    lines.add("stream_overflows", counters.streamOverflows)
    lines.add("tombstones", context.store.tombstoneCount)
    lines.add("tombstone_bytes", context.store.tombstoneBytes)
    lines.add("horizon_raised", context.store.horizonRaisedCount)
    lines.add("clock_offset_ms", status.clockOffsetMilliseconds)
    lines.add("repl_ack_timeouts", context.acknowledgements.timeoutCount)
    lines.add("repl_ack_refused", context.acknowledgements.refusedCount)
    lines.add("refused_peers", counters.refusedPeers)
    lines.add("refused_values", counters.refusals)
    lines.add("values_without_room", counters.outOfMemory)
    lines.add("bytes_sent", counters.bytesSent)
    lines.add("bytes_received", counters.bytesReceived)
  }
}
