/// Removing an item where it is.
extension ItemStore {
  /// Tombstones that one delete drops or moves where there is too little space: more than it makes, and not so many
  /// that it takes long.
  static let maxTrimmed = 4

  /// Removes a live item. Whether or not there was one, a daemon that has a peer leaves a tombstone, for the peer may
  /// hold what this one does not.
  ///
  /// - Parameters:
  ///   - unique: if not nil, only the item with this cas unique.
  ///   - body: sees a live item before it goes, under the stripe's lock.
  package func delete(
    _ key: Span<UInt8>, hash: UInt64, unique: Stamp? = nil, at moment: Moment, journal: (any MutationJournal)?,
    _ body: (borrowing ItemView) -> Void = { _ in }
  ) -> StoreOutcome {
    journal?.willMutate()
    index.lock(hash)
    let slot = unsafe key.withUnsafeBytes { unsafe index.find($0, hash) }
    let live = slot.map { isLive($0, moment.seconds) } ?? false
    // A comparison that cannot hold deletes nothing, so the peer must not delete either.
    if let unique, !live || slot.map({ hasUnique($0, unique) }) == false {
      index.unlock(hash)
      journal?.didMutate()
      return live ? .exists : .notFound
    }
    if let slot, live { body(ItemView(slot.reference, in: memory)) }
    let freed =
      tombstones.remembersDeletes
      ? deleteForBoth(key, slot, hash, moment, journal) : slot.flatMap { unlink($0, hash) } ?? 0
    index.unlock(hash)
    journal?.didMutate()
    if freed != 0 { release(freed) }
    if tombstoneLog.needsCleaning { trimTombstones(atMost: Self.maxTrimmed) }
    return live ? .stored(.zero) : .notFound
  }

  func unlink(_ slot: IndexSlot, _ hash: UInt64) -> UInt32? {
    let item = memory.item(slot.reference)
    if !item.state.isTombstone { index.count(hash, items: -1, bytes: -liveBytes(item)) }
    index.remove(slot, hash)
    let freed = unlinked(slot.reference)
    return freed == 0 ? nil : freed
  }

  private func deleteForBoth(
    _ key: Span<UInt8>, _ slot: IndexSlot?, _ hash: UInt64, _ moment: Moment, _ journal: (any MutationJournal)?
  ) -> UInt32 {
    let stamp = stampClock.next(after: version(of: slot).touched, unixMicroseconds: moment.unixMicroseconds)
    let (entry, freed) = replaceWithTombstone(key, slot, hash, Version(stamp))
    guard let journal else { return freed }
    if entry != 0 {
      journal.record(ItemView(entry, in: memory))
    } else {
      recordVanished(key, stamp: stamp, journal)
    }
    return freed
  }

  /// Tells the peer of a delete for which there was no space here to keep a tombstone.
  private func recordVanished(_ key: Span<UInt8>, stamp: Stamp, _ journal: any MutationJournal) {
    guard Self.isKey(key) else { return }
    let size = ItemPointer.headerCount + Self.maxKeyCount
    unsafe withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { space in
      guard let start = space.baseAddress else { return }
      unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      let item = unsafe ItemPointer(start)
      item.setKey(key)
      item.fresh = stamp
      item.setState(ItemState.tombstone)
      journal.record(ItemView(item, in: memory))
    }
  }
}
