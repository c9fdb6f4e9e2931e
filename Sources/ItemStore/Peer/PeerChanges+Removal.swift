/// What the peer says is gone, what it refused, and what there is no memory for here.
extension PeerChanges {
  /// A delete, or the news that the peer has evicted what may be held here in an older state.
  func applyDelete(_ key: Span<UInt8>, hash: UInt64, version: Version) -> ApplyOutcome {
    if version.touched > .greatest { return .ignoredOlder }
    stampClock.observe(version.touched)
    defer { purger.trimIfNeeded() }
    index.lock(hash)
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      let isLate = tombstones.mayHavePurged(hash, version) && rules.contains(.noLateTombstone)
      // One that is older than what was here and is the peer's would let in values that are.
      let isKeptOut = keyspace.isFlushed(version) || isLate || isPeerOnly(hash, version)
      if !isKeptOut { leaveTombstone(key, hash, version) }
      index.unlock(hash)
      return isKeptOut ? .ignoredOlder : .applied
    }
    let item = memory.item(slot.reference)
    if !isOlder(item.version, than: version) {
      let conflict = item.version == version && !item.state.isTombstone
      index.unlock(hash)
      return conflict ? .conflict(applied: false) : .ignoredOlder
    }
    let outcome = stored(version, over: item.version)
    let replaced = keyspace.replaceWithTombstone(slot, hash, version)
    index.unlock(hash)
    if let replaced { keyspace.release(replaced) }
    return outcome
  }

  private func leaveTombstone(_ key: Span<UInt8>, _ hash: UInt64, _ version: Version) {
    _ = keyspace.replaceWithTombstone(key, nil, hash, version)
  }

  /// The peer refused this record: if it still stands here, or what was derived from it since, that becomes a
  /// tombstone. It would be refused in turn, and what is derived faster than refusals come back would be refused for
  /// ever. Returns the version of what did.
  @discardableResult
  func applyRefusal(_ key: Span<UInt8>, hash: UInt64, version: Version) -> Version? {
    index.lock(hash)
    var replaced: OwnedChunk?
    var removed: Version?
    if let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) {
      let item = memory.item(slot.reference)
      let isSame = rules.contains(.tombstoneByFresh) ? item.fresh == version.fresh : item.version == version
      if isSame, !item.state.isTombstone {
        let leavesTombstone = rules.contains(.refusedLeavesTombstone)
        removed = item.version
        replaced =
          leavesTombstone ? keyspace.replaceWithTombstone(slot, hash, item.version) : keyspace.unlink(slot, hash)
      }
    }
    index.unlock(hash)
    if let replaced { keyspace.release(replaced) }
    return removed
  }

  /// A newer state that cannot be held here: the older one must not be served in its place, nor one between the two
  /// that comes after. As if it had been held and evicted: the peer has had it, so it leaves no tombstone.
  ///
  /// What is not `outOfMemory` would not have been stored with memory either.
  func applyOutOfMemory(_ key: Span<UInt8>, hash: UInt64, version: Version) -> ApplyOutcome {
    if version.touched > .greatest { return .ignoredOlder }
    stampClock.observe(version.touched)
    index.lock(hash)
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      var resolution = resolveAbsent(version, hash)
      if resolution == .applied {
        tombstones.notePeerOnly(hash, version)
        resolution = .outOfMemory
      }
      index.unlock(hash)
      return resolution
    }
    let held = memory.item(slot.reference).version
    let isNewer = isOlder(held, than: version) && !keyspace.isFlushed(version)
    let removed = isNewer ? removePeerOnly(slot, hash, version) : nil
    index.unlock(hash)
    if let removed { keyspace.release(removed) }
    if isNewer { return .outOfMemory }
    return keyspace.isFlushed(version) ? .ignoredOlder : ignored(version, for: held)
  }

  /// A repcached 2.x does not tell what it has, so what was newer there leaves a tombstone.
  private func removePeerOnly(_ slot: IndexSlot, _ hash: UInt64, _ version: Version) -> OwnedChunk? {
    tombstones.notePeerOnly(hash, version)
    let isKept = rules.contains(.keptAtPeer) && tombstones.knowsPeer
    return isKept ? keyspace.unlink(slot, hash) : keyspace.replaceWithTombstone(slot, hash, version)
  }
}
