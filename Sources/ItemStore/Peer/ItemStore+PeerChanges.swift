/// What the link calls (`PeerChanges`).
extension ItemStore {
  /// A record whose value is at hand.
  package func apply(
    _ key: Span<UInt8>, hash: UInt64, version: Version, marks: ItemMarks = .none, clientFlags: UInt32,
    expiresAt: UInt32, value: Span<UInt8>, now: UInt32
  ) -> ApplyOutcome {
    let record = PeerRecord(
      hash: hash, version: version, marks: marks, clientFlags: clientFlags, expiresAt: expiresAt, now: now)
    return peerChanges.apply(key, record, value: value)
  }

  /// A record whose value was received piece by piece, into an item that was reserved for stamps such as these.
  package func apply(
    _ pending: consuming PendingItem, hash: UInt64, version: Version, marks: ItemMarks = .none
  ) -> ApplyOutcome {
    peerChanges.apply(pending, hash: hash, version: version, marks: marks)
  }

  /// A delete, or the news that the peer has evicted what may be held here in an older state.
  package func applyDelete(_ key: Span<UInt8>, hash: UInt64, version: Version) -> ApplyOutcome {
    peerChanges.applyDelete(key, hash: hash, version: version)
  }

  /// The peer refused this record. Returns the version of what became a tombstone for it.
  @discardableResult
  package func applyRefusal(_ key: Span<UInt8>, hash: UInt64, version: Version) -> Version? {
    peerChanges.applyRefusal(key, hash: hash, version: version)
  }

  /// A newer state that cannot be held here.
  package func applyOutOfMemory(_ key: Span<UInt8>, hash: UInt64, version: Version) -> ApplyOutcome {
    peerChanges.applyOutOfMemory(key, hash: hash, version: version)
  }

  /// The order of states, as far as stamps decide it.
  package func isOlder(_ left: Version, than right: Version) -> Bool { rules.isOlder(left, than: right) }

  /// Whether it is known, without its value, what becomes of a state: then no memory is needed for it, and it is
  /// `applyOutOfMemory` that says what becomes of it.
  package func needsNoMemory(_ key: Span<UInt8>, hash: UInt64, version: Version) -> Bool {
    peerChanges.outcomeWithoutValue(key, hash: hash, version) != nil
  }

  /// Up to which stamp there may be evicted for what bears this version.
  package func evictsUpTo(_ version: Version) -> Stamp { peerChanges.evictsUpTo(version) }
}
