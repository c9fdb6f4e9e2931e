/// Deleting for the peer's sake: what must be remembered of an item that is gone, and for how long.
extension ItemStore {
  /// A tombstone may stay in a chunk up to this size; a larger chunk is exchanged for one of the key's size.
  private static let largestTombstoneChunk = 512

  // MARK: What the link tells

  /// From now on deletes leave tombstones, if they did not before, and what is evicted or expires leaves them, too.
  package func notePairing() { tombstones.notePairing() }

  /// The peer has everything of ours at or below `stamp`, and we all of its: nothing older than that is on its way to
  /// either side, so what bears such a stamp may go without a tombstone.
  package func setAcknowledged(_ stamp: Stamp) { tombstones.setAcknowledged(stamp) }

  /// Tombstones at or below `stamp` wait for the end of a copy under way; zero when there is none.
  package func keepTombstones(upTo stamp: Stamp) { tombstones.keepForCopy(upTo: stamp) }

  /// Highest stamp of what was deleted and could not be remembered; zero: none.
  package var horizon: Stamp { tombstones.horizon }
  package var horizonRaisedCount: UInt64 { tombstones.timesRaised }
  package func clearHorizon(ifAtMost stamp: Stamp) { tombstones.clearHorizon(ifAtMost: stamp) }
  package var rules: PairRules { tombstones.rules }
  package var tombstoneCount: Int { tombstones.count }

  /// Whether, since last asked, an item was evicted that a copy under way had still to tell, and no room found for its
  /// tombstone. The peer may then keep an older state of it for good, unless it is asked for a copy from zero: what it
  /// offers at or below the horizon is refused. To be asked when a copy ends.
  package func takeCopyLoss() -> Bool { tombstones.takeLoss() }

  /// Both sides have passed `stamp`: tombstones up to it may go. Returns whether more are left to do.
  package func settleTombstones(upTo passed: Stamp, atMost: Int = 1000) -> Bool {
    for _ in 0..<atMost {
      guard let entry = tombstones.takeSettled(upTo: passed) else { return false }
      drop(entry, raisesHorizon: false)
    }
    return true
  }

  /// Drops the oldest tombstones while they fill more than their share, and raises the horizon to their stamps. Returns
  /// whether more are left to do.
  @discardableResult
  package func trimTombstones(atMost: Int = 10_000) -> Bool {
    for _ in 0..<atMost {
      guard let entry = tombstones.takeOverflowing() else { return false }
      drop(entry, raisesHorizon: true)
    }
    return true
  }

  /// Removes the tombstone that the entry names, if it still is one. The horizon rises first, or an older value could
  /// slip in between.
  private func drop(_ entry: TombstoneLedger.Entry, raisesHorizon: Bool) {
    index.lock(entry.hash)
    guard let slot = index.find(tombstoneWith: entry.stamp, entry.hash) else {
      index.unlock(entry.hash)
      return
    }
    if raisesHorizon { tombstones.raiseHorizon(to: entry.stamp) }
    index.remove(slot, entry.hash)
    let mine = memory.item(slot.reference).unlink()
    index.unlock(entry.hash)
    if mine { release(slot.reference) }
  }

  // MARK: Under the stripe's lock

  /// Turns the item in the slot into a tombstone with this stamp; returns a chunk that has become the caller's to release.
  func entomb(_ slot: IndexSlot, _ hash: UInt64, stamp: Stamp, now: UInt32) -> UInt32 {
    let item = memory.item(slot.reference)
    let state = item.state
    if !state.isTombstone { index.count(hash, items: -1, bytes: -liveBytes(item)) }
    if !state.isChained, state.pins == 0, slabs.sizes.sizes[Int(item.slabClass)] <= Self.largestTombstoneChunk {
      noteRequested(item.slabClass, change: ItemPointer.headerCount + item.keyCount - item.size)
      becomeTombstone(item, hash, stamp: stamp)
      return 0
    }
    let small = makeTombstone(ItemView(slot.reference, in: memory).key, hash, stamp: stamp, now: now)
    if small == 0 {
      index.remove(slot, hash)
      return item.unlink() ? slot.reference : 0
    }
    memory.item(small).setState(ItemState.allocated | ItemState.tombstone | ItemState.linked)
    index.replace(slot, with: small)
    return item.unlink() ? slot.reference : 0
  }

  /// A tombstone for a key that is not in the index.
  func addTombstone(_ key: Span<UInt8>, _ hash: UInt64, stamp: Stamp, now: UInt32) -> UInt32 {
    let small = makeTombstone(key, hash, stamp: stamp, now: now)
    if small == 0 { return 0 }
    memory.item(small).setState(ItemState.allocated | ItemState.tombstone | ItemState.linked)
    if index.insert(small, hash) != .refused { return small }
    memory.item(small).setState(ItemState.allocated | ItemState.tombstone | ItemState.onePin)
    tombstones.raiseHorizon(to: stamp)
    discard(small)
    return 0
  }

  /// A chunk with header and key, entered in the ledger; 0 without memory: then the horizon has risen instead.
  private func makeTombstone(_ key: Span<UInt8>, _ hash: UInt64, stamp: Stamp, now: UInt32) -> UInt32 {
    let size = ItemPointer.headerCount + key.count
    guard Self.isKey(key), let slabClass = slabs.sizes.slabClass(for: size) else { return 0 }
    let small = allocate(slabClass, requested: size, mayCompact: false, now: now)
    if small == 0 {
      tombstones.raiseHorizon(to: stamp)
      return 0
    }
    memory.item(small).setKey(key)
    becomeTombstone(memory.item(small), hash, stamp: stamp)
    return small
  }

  /// What a tombstone holds, entered in the ledger. The value's bytes must not be counted any more.
  func becomeTombstone(_ item: ItemPointer, _ hash: UInt64, stamp: Stamp) {
    item.stamp = stamp
    item.setExpiresAt(0)
    item.setValueCount(0, clientFlags: 0)
    item.insert(ItemState.tombstone)
    tombstones.append(hash: hash, stamp: stamp, bytes: slabs.sizes.sizes[Int(item.slabClass)])
  }

  /// Unlinks an item that has died of itself, leaving a tombstone where the peer does not know it yet. Returns whether
  /// the chunk has become the caller's to release.
  func removeDead(_ slot: IndexSlot, _ hash: UInt64, now: UInt32) -> Bool {
    let item = memory.item(slot.reference)
    if tombstones.mustRemember(item.stamp), !isFlushed(item) {
      let freed = entomb(slot, hash, stamp: item.stamp, now: now)
      return freed == slot.reference
    }
    if !item.state.isTombstone { index.count(hash, items: -1, bytes: -liveBytes(item)) }
    index.remove(slot, hash)
    return item.unlink()
  }

  func noteRequested(_ slabClass: UInt8, change: Int) {
    slabs.lock(slabClass)
    slabs.noteRequested(slabClass, change: change)
    slabs.unlock(slabClass)
  }
}
