/// Items that come under their keys and leave them.
extension Keyspace {
  /// What came of putting an item under its key.
  struct Linked: ~Copyable {
    let isDone: Bool
    /// What stood there before.
    let replaced: OwnedChunk?
  }

  /// Puts a filled chunk into the index, in the slot's place if there is one; ends its author's pin.
  ///
  /// Not done is an index without space: then the item is its author's still.
  func link(_ reference: UInt32, in slot: IndexSlot?, _ hash: UInt64) -> Linked {
    let item = memory.item(reference)
    let kept = item.state.bits & ~(ItemState.onePin | ItemState.useMask)
    guard let slot else {
      item.setState(kept | ItemState.linked)
      switch index.insert(reference, hash) {
      case .added: break
      case .returned(let ghost): noteReturn(reference, ghost)
      case .asked: item.setUsed()
      case .refused:
        item.setState(kept | ItemState.onePin)
        return Linked(isDone: false, replaced: nil)
      }
      index.count(hash, items: item.state.isTombstone ? 0 : 1, bytes: item.state.isTombstone ? 0 : liveBytes(item))
      return Linked(isDone: true, replaced: nil)
    }
    let old = memory.item(slot.reference)
    let wasTombstone = old.state.isTombstone
    // Written again is used.
    item.setState(kept | ItemState.linked | min(old.state.use + 1, ItemState.maxUse))
    index.replace(slot, with: reference)
    let isTombstone = item.state.isTombstone
    index.count(
      hash, items: (isTombstone ? 0 : 1) - (wasTombstone ? 0 : 1),
      bytes: (isTombstone ? 0 : liveBytes(item)) - (wasTombstone ? 0 : liveBytes(old)))
    return Linked(isDone: true, replaced: unlinked(slot.reference))
  }

  /// It was evicted not long ago. A chained item may have lacked its last piece as well as the others.
  private func noteReturn(_ reference: UInt32, _ ghost: Ghost) {
    let item = memory.item(reference)
    if !ghost.isSeen { recordRefault(ghost) }
    if ghost.isSeen, !ghost.wasNewcomer { item.setUsed() }
    if !item.state.isChained {
      if ghost.wasNewcomer { slabs.endProbation(reference, item.slabClass) }
      return
    }
    let last = memory.item(item.piece(item.pieceCount - 1)).slabClass
    if last != homeClass(item) { slabs.countRefault(last) }
    if ghost.wasNewcomer { item.setUsed() }
  }

  func unlink(_ slot: IndexSlot, _ hash: UInt64) -> OwnedChunk? {
    let item = memory.item(slot.reference)
    if !item.state.isTombstone { index.count(hash, items: -1, bytes: -liveBytes(item)) }
    index.remove(slot, hash)
    return unlinked(slot.reference)
  }

  /// The index leads to it no more. The chunk is the caller's where nobody pins it; a tombstone's
  /// memory is the log's.
  func unlinked(_ reference: UInt32) -> OwnedChunk? {
    let item = memory.item(reference)
    if item.state.isTombstone {
      tombstoneLog.remove(reference)
      return nil
    }
    return item.unlink() ? OwnedChunk(reference) : nil
  }

  /// Removes a live or dead item whose chunk is needed. Its class's lock is held, too.
  ///
  /// What the peer may not have had would live again from its older copy, so it leaves a tombstone in the log; where
  /// that has no space the key is purged.
  ///
  /// - Parameter ghost: what the index keeps of it; none of a dead one.
  func evict(_ slot: IndexSlot, _ hash: UInt64, leaving ghost: Ghost) -> OwnedChunk? {
    let item = memory.item(slot.reference)
    index.count(hash, items: -1, bytes: -liveBytes(item))
    if mustLeaveTombstone(item, hash, isDead: ghost == .none) {
      let key = ItemView(slot.reference, in: memory).key
      let entry = tombstoneLog.append(key, version: versionLeft(by: item), isEvicted: true)
      if entry != 0 {
        index.replace(slot, with: entry)
        return unlinked(slot.reference)
      }
      tombstones.purge(hash, item.touched)
    }
    index.remove(slot, hash, leaving: ghost)
    return unlinked(slot.reference)
  }

  // MARK: Ghosts

  func ghost(of item: ItemPointer, _ hash: UInt64, wasNewcomer: Bool) -> Ghost {
    let home = homeClass(item)
    return Ghost(of: hash, slabClass: home, at: slabs.ghostClock.tick(home), wasNewcomer: wasNewcomer)
  }

  /// A key was asked for, or came back, soon after it was evicted. May be called under a stripe's lock.
  func recordRefault(_ ghost: Ghost) {
    slabs.recordRefault(ghost) { chunk in
      let state = memory.item(chunk).state
      return state.isPiece ? memory.item(memory.item(chunk).owner).state.use : state.use
    }
  }

  /// The class that would have to grow for the item to stay: for a chained one that of its pieces.
  func homeClass(_ item: ItemPointer) -> UInt8 { item.state.isChained ? UInt8(slabs.classCount) : item.slabClass }
}
