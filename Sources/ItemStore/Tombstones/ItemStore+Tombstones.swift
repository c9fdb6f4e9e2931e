/// Deleting for the peer's sake: what must be remembered of an item that is gone, and for how long. Where it is kept is
/// told at `TombstoneLog`, who remembers what at `TombstoneLedger`.
extension ItemStore {
  /// Puts a tombstone with these stamps in the place of what is in the slot, if anything is.
  ///
  /// Where it finds no space the key is purged, and nothing stands in the index (`entry` 0). `freed` is a chunk that
  /// has become the caller's to release.
  func replaceWithTombstone(
    _ key: Span<UInt8>, _ slot: IndexSlot?, _ hash: UInt64, _ version: Version
  ) -> (entry: UInt32, freed: UInt32) {
    let entry = Self.isKey(key) ? tombstoneLog.append(key, version: version) : 0
    if entry == 0 { tombstones.purge(hash, version.touched) }
    guard let slot else { return (insert(entry, hash, version.touched), 0) }
    if entry == 0 { return (0, unlink(slot, hash) ?? 0) }
    let item = memory.item(slot.reference)
    if !item.state.isTombstone { index.count(hash, items: -1, bytes: -liveBytes(item)) }
    index.replace(slot, with: entry)
    return (entry, unlinked(slot.reference))
  }

  /// The same for what stands in the slot, by its own key.
  func replaceWithTombstone(_ slot: IndexSlot, _ hash: UInt64, _ version: Version) -> UInt32 {
    replaceWithTombstone(ItemView(slot.reference, in: memory).key, slot, hash, version).freed
  }

  /// Of a key that is not in the index.
  private func insert(_ entry: UInt32, _ hash: UInt64, _ stamp: Stamp) -> UInt32 {
    if entry == 0 || index.insert(entry, hash) != .refused { return entry }
    tombstones.purge(hash, stamp)
    tombstoneLog.remove(entry)
    return 0
  }

  /// The index leads to it no more. Returns the chunk if it has become the caller's to release: a tombstone's memory is
  /// the log's.
  func unlinked(_ reference: UInt32) -> UInt32 {
    let item = memory.item(reference)
    if item.state.isTombstone {
      tombstoneLog.remove(reference)
      return 0
    }
    return item.unlink() ? reference : 0
  }

  /// The stamps of the tombstone of what was evicted or has expired.
  func versionLeft(by item: ItemPointer) -> Version {
    rules.contains(.evictedKeepsItsThree) ? item.version : Version(item.fresh)
  }

  /// Whether removing what nobody deleted must leave a tombstone; what must be remembered besides is noted.
  func mustLeaveTombstone(_ item: ItemPointer, _ hash: UInt64, isDead: Bool) -> Bool {
    !isFlushed(item) && tombstones.mustLeaveTombstone(hash, item.version, nodeBit: stampClock.nodeBit, isDead: isDead)
  }
}
