/// What the peer says and is not held here, for want of memory, or because it comes after something newer that the peer has and was not
/// held, or is not any more (`UnheldStates`).
extension ItemStore {
  /// A newer state that cannot be held here: the older one must not be served in its place, nor one between the two that
  /// comes after. As if it had been held and evicted: the peer has had it, so it leaves no tombstone.
  ///
  /// What is not `outOfMemory` would not have been stored with room either.
  package func applyWithoutRoom(_ key: Span<UInt8>, hash: UInt64, version: Version, now: UInt32) -> ApplyOutcome {
    if version.touched > .greatest { return .ignoredOlder }
    stampClock.hear(version.touched)
    index.lock(hash)
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      var verdict = verdictOnNewcomer(version, hash)
      if verdict == .applied {
        tombstones.noteUnheld(hash, version)
        verdict = .outOfMemory
      }
      index.unlock(hash)
      return verdict
    }
    let isNewer = isOlder(memory.item(slot.reference).version, than: version) && !isFlushed(version)
    let freed = isNewer ? removeUnheld(slot, hash, version) : 0
    index.unlock(hash)
    if freed != 0 { release(freed) }
    return isNewer ? .outOfMemory : .ignoredOlder
  }

  // MARK: Under the stripe's lock

  /// Whether a newer state of a key that is not held is the peer's. What comes then is not held either.
  func isUnheld(_ hash: UInt64, _ version: Version) -> Bool {
    guard tombstones.isUnheld(hash, version) else { return false }
    tombstones.noteUnheld(hash, version)
    return true
  }

  /// A repcached 2.x does not tell what it has, so what was newer there leaves a tombstone.
  private func removeUnheld(_ slot: IndexSlot, _ hash: UInt64, _ version: Version) -> UInt32 {
    tombstones.noteUnheld(hash, version)
    let isKept = rules.contains(.keptAtPeer) && tombstones.knowsPeer
    return isKept ? unlink(slot, hash) ?? 0 : entomb(slot, hash, version)
  }
}
