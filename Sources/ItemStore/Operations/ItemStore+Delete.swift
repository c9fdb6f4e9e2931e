/// Removing an item where it is.
extension ItemStore {
  /// Removes a live item. Whether or not there was one, a daemon that has a peer leaves a tombstone, for the peer may
  /// hold what this one does not.
  ///
  /// - Parameters:
  ///   - unique: if not nil, only the item with this cas unique.
  ///   - body: sees a live item before it goes, under the stripe's lock.
  package func delete(
    _ key: Span<UInt8>, hash: UInt64, unique: UInt64? = nil, at moment: Moment, journal: (any MutationJournal)?,
    _ body: (borrowing ItemView) -> Void = { _ in }
  ) -> StoreOutcome {
    let outcome = keyspace.mutate(key, hash, journal) { slot, replaced in
      let live = slot.map { keyspace.isLive($0, moment.seconds) } ?? false
      // A comparison that cannot hold deletes nothing, so the peer must not delete either.
      if let unique, !live || slot.map({ keyspace.hasUnique($0, unique) }) == false {
        return live ? StoreOutcome.exists : .notFound
      }
      if let slot, live { body(ItemView(slot.reference, in: memory)) }
      replaced = remove(key, slot, hash, moment, journal)
      return live ? .stored(.zero) : .notFound
    }
    purger.trimIfNeeded()
    return outcome
  }

  /// Removes what stands there, for the peer, too.
  func remove(
    _ key: Span<UInt8>, _ slot: IndexSlot?, _ hash: UInt64, _ moment: Moment, _ journal: (any MutationJournal)?
  ) -> OwnedChunk? {
    if tombstones.remembersDeletes { return deleteForBoth(key, slot, hash, moment, journal) }
    guard let slot else { return nil }
    return keyspace.unlink(slot, hash)
  }

  private func deleteForBoth(
    _ key: Span<UInt8>, _ slot: IndexSlot?, _ hash: UInt64, _ moment: Moment, _ journal: (any MutationJournal)?
  ) -> OwnedChunk? {
    let stamp = stampClock.next(unixMicroseconds: moment.unixMicroseconds)
    let left = keyspace.replaceWithTombstone(key, slot, hash, Version(stamp))
    if let journal {
      if left.entry != 0 {
        journal.record(ItemView(left.entry, in: memory))
      } else {
        recordVanished(key, stamp: stamp, journal)
      }
    }
    return left.replaced
  }

  /// Tells the peer of a delete for which there was no space here to keep a tombstone.
  private func recordVanished(_ key: Span<UInt8>, stamp: Stamp, _ journal: any MutationJournal) {
    guard Keyspace.isKey(key) else { return }
    let size = ItemPointer.headerCount + Keyspace.maxKeyCount
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
