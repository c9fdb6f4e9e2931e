/// What comes and is not to be stored: it is held already, in this state or a newer one, or it is refused. That is told before
/// memory is asked for: something else would be evicted for nothing. It is much, for a copy from zero sends back all that came
/// from here.
extension PeerChanges {
  /// What becomes of a state whose value has not been looked at; nil: the value decides, or memory for it.
  func outcomeWithoutValue(_ key: Span<UInt8>, hash: UInt64, _ version: Version) -> ApplyOutcome? {
    if version.touched > .greatest { return .ignoredOlder }
    stampClock.observe(version.touched)
    if keyspace.isFlushed(version) { return .ignoredOlder }
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      let resolution = resolveAbsent(version, hash)
      return resolution == .applied ? nil : resolution
    }
    let item = memory.item(slot.reference)
    if isOlder(version, than: item.version) { return ignored(version, for: item.version) }
    return item.version == version && !item.state.isTombstone && isUnique(version) ? .ignoredOlder : nil
  }

  /// Whether two states with these stamps are one: since the two have met each has a bit of its own in its stamps.
  private func isUnique(_ version: Version) -> Bool { tombstones.isSinceMeeting(version.touched) }

  /// Whether an item has this value, flags and marks. Under the stripe's lock.
  func isSame(_ item: ItemPointer, _ record: PeerRecord, _ value: Span<UInt8>) -> Bool {
    let state = item.state
    guard !state.isTombstone, !state.isChained, item.valueCount == value.count, item.marks == record.marks,
      item.clientFlags == record.clientFlags
    else { return false }
    return unsafe value.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return true }
      return unsafe equalBytes(start, item.valueStart, count: bytes.count)
    }
  }
}
