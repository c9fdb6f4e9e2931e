/// What the peer says and is not held here, for want of memory, or because it comes after something newer that the peer
/// has and was not held, or is not any more (`PeerOnlyStates`).
extension ItemStore {
  /// A newer state that cannot be held here: the older one must not be served in its place, nor one between the two
  /// that comes after. As if it had been held and evicted: the peer has had it, so it leaves no tombstone.
  ///
  /// What is not `outOfMemory` would not have been stored with memory either.
  package func applyOutOfMemory(_ key: Span<UInt8>, hash: UInt64, version: Version, now: UInt32) -> ApplyOutcome {
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
    let isNewer = isOlder(memory.item(slot.reference).version, than: version) && !isFlushed(version)
    let freed = isNewer ? removePeerOnly(slot, hash, version) : 0
    index.unlock(hash)
    if freed != 0 { release(freed) }
    return isNewer ? .outOfMemory : .ignoredOlder
  }

  // MARK: Under the stripe's lock

  /// Whether a newer state of a key that is not held is the peer's. What comes then is not held either.
  func isPeerOnly(_ hash: UInt64, _ version: Version) -> Bool {
    guard tombstones.isPeerOnly(hash, version) else { return false }
    tombstones.notePeerOnly(hash, version)
    return true
  }

  /// A repcached 2.x does not tell what it has, so what was newer there leaves a tombstone.
  private func removePeerOnly(_ slot: IndexSlot, _ hash: UInt64, _ version: Version) -> UInt32 {
    tombstones.notePeerOnly(hash, version)
    let isKept = rules.contains(.keptAtPeer) && tombstones.knowsPeer
    return isKept ? unlink(slot, hash) ?? 0 : replaceWithTombstone(slot, hash, version)
  }
}
