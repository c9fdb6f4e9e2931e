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
    _ pending: consuming PendingItem, hash: UInt64, version: Version, marks: ItemMarks = .none, now: UInt32
  ) -> ApplyOutcome {
    peerChanges.apply(pending, hash: hash, version: version, marks: marks, now: now)
  }

  /// A delete, or the news that the peer has evicted what may be held here in an older state.
  package func applyDelete(_ key: Span<UInt8>, hash: UInt64, version: Version, now: UInt32) -> ApplyOutcome {
    peerChanges.applyDelete(key, hash: hash, version: version, now: now)
  }

  /// The peer refused this record. Returns the version of what became a tombstone for it.
  @discardableResult
  package func applyRefusal(_ key: Span<UInt8>, hash: UInt64, version: Version, now: UInt32) -> Version? {
    peerChanges.applyRefusal(key, hash: hash, version: version, now: now)
  }

  /// A newer state that cannot be held here.
  package func applyOutOfMemory(_ key: Span<UInt8>, hash: UInt64, version: Version, now: UInt32) -> ApplyOutcome {
    peerChanges.applyOutOfMemory(key, hash: hash, version: version, now: now)
  }

  /// The order of states, as far as stamps decide it.
  package func isOlder(_ left: Version, than right: Version) -> Bool { rules.isOlder(left, than: right) }
}
