/// What `stats replication` counts, since the start of the process.
package struct ReplicationCounters: Sendable, Equatable {
  package var sent: UInt64 = 0
  package var received: UInt64 = 0
  package var applied: UInt64 = 0
  package var ignoredOlder: UInt64 = 0
  package var conflicts: UInt64 = 0
  package var refusals: UInt64 = 0
  package var outOfMemory: UInt64 = 0
  package var copiesFull: UInt64 = 0
  package var copiesPartial: UInt64 = 0
  /// Of the partial ones those that went on with a copy that was cut.
  package var copiesResumed: UInt64 = 0
  package var copiedItems: UInt64 = 0
  package var streamOverflows: UInt64 = 0
  package var refusedPeers: UInt64 = 0
  package var bytesSent: UInt64 = 0
  package var bytesReceived: UInt64 = 0

  package init() {}
}
