/// Deleting for the peer's sake: what must be remembered of an item that is gone, and for how long. Where it is kept is
/// told at `TombstoneLog`, who remembers what at `TombstoneLedger`.
extension Keyspace {
  /// What came of putting a tombstone under a key.
  struct TombstoneReplacement: ~Copyable {
    /// The tombstone in the log; 0 where that had no space.
    let entry: UInt32
    let replaced: OwnedChunk?
  }

  /// Puts a tombstone with these stamps in the place of what is in the slot, if anything is.
  ///
  /// Where it finds no space the key is purged, and nothing stands in the index (`entry` 0).
  func replaceWithTombstone(
    _ key: Span<UInt8>, _ slot: IndexSlot?, _ hash: UInt64, _ version: Version
  ) -> TombstoneReplacement {
    let entry = Self.isKey(key) ? tombstoneLog.append(key, version: version) : 0
    if entry == 0 { tombstones.purge(hash, version.touched) }
    guard let slot else { return TombstoneReplacement(entry: insert(entry, hash, version.touched), replaced: nil) }
    if entry == 0 { return TombstoneReplacement(entry: 0, replaced: unlink(slot, hash)) }
    let item = memory.item(slot.reference)
    if !item.state.isTombstone { index.count(hash, items: -1, bytes: -liveBytes(item)) }
    index.replace(slot, with: entry)
    return TombstoneReplacement(entry: entry, replaced: unlinked(slot.reference))
  }

  /// The same for what stands in the slot, by its own key.
  func replaceWithTombstone(_ slot: IndexSlot, _ hash: UInt64, _ version: Version) -> OwnedChunk? {
    let result = replaceWithTombstone(ItemView(slot.reference, in: memory).key, slot, hash, version)
    return result.replaced
  }

  /// Of a key that is not in the index.
  private func insert(_ entry: UInt32, _ hash: UInt64, _ stamp: Stamp) -> UInt32 {
    if entry == 0 || index.insert(entry, hash) != .refused { return entry }
    tombstones.purge(hash, stamp)
    tombstoneLog.remove(entry)
    return 0
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
