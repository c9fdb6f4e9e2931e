/// Dead first: a writer for whom its class has no free chunk takes that of a dead item, before a new page and before
/// evicting. Bounded: the crawler comes for what is not found.
extension Evictor {
  /// Chunks looked at, and pages passed by, in one hold of the class lock.
  private static let maxLooks = 64

  /// The chunk of a dead item of the class, if one is soon found. The class lock is held, and maybe a stripe's: that of
  /// the dead item is only tried.
  func reuseDead(_ slabClass: UInt8, _ now: UInt32) -> Reclaimed {
    for _ in 0..<Self.maxLooks {
      let reference = slabs.advanceExpiryHand(slabClass, now)
      if reference == 0 { continue }
      let item = memory.item(reference)
      let state = item.state
      guard state.isLinked, !state.isPiece, state.pins == 0, mayBeDead(reference, now) else { continue }
      let hash = unsafe index.hash.hash(item.keyBytes)
      guard index.tryLock(hash) else { continue }
      let owned = unlinkDead(reference, hash, slabClass, now)
      index.unlock(hash)
      if let owned { return reclaimed(owned, slabClass) }
    }
    return .none
  }

  /// By what may be read without the stripe's lock.
  private func mayBeDead(_ reference: UInt32, _ now: UInt32) -> Bool {
    keyspace.isExpired(memory.item(reference), now)
      || slabs.expiries.earliest(memory.page(of: reference)) == ExpiryMap.flushed
  }

  /// Class and stripe locks are held.
  private func unlinkDead(_ reference: UInt32, _ hash: UInt64, _ slabClass: UInt8, _ now: UInt32) -> OwnedChunk? {
    guard let slot = index.find(reference: reference, hash) else { return nil }
    let item = memory.item(reference)
    guard item.state.pins == 0, keyspace.isDead(item, now) else { return nil }
    keyspace.countReclaimed(item, slabClass)
    return keyspace.evict(slot, hash, leaving: .none)
  }
}
