/// touch and gat: a new expiry, and the same cas unique.
///
/// For the pair a touch is a newer state like any other, so it gives a new stamp. What the stamp was before is kept in the
/// item's extension, for which most chunks have room; where one has none, the item moves to a larger one.
extension ItemStore {
  /// - Parameter body: sees the item after the change, under the stripe's lock.
  @discardableResult
  package func touch(
    _ key: Span<UInt8>, hash: UInt64, expiresAt: UInt32, at moment: Moment, journal: (any MutationJournal)?,
    _ body: (borrowing ItemView) -> Void = { _ in }
  ) -> Lookup {
    journal?.willMutate()
    index.lock(hash)
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }), isLive(slot, moment.seconds) else {
      index.unlock(hash)
      journal?.didMutate()
      return .miss
    }
    memory.item(slot.reference).noteUse()
    let (reference, freed) = extend(slot, hash, now: moment.seconds)
    let item = memory.item(reference)
    setExpiry(expiresAt, of: reference)
    item.stamp = stampClock.next(after: item.stamp, unixMicroseconds: moment.unixMicroseconds)
    let view = ItemView(reference, in: memory)
    journal?.record(view)
    body(view)
    index.unlock(hash)
    journal?.didMutate()
    if freed != 0 { release(freed) }
    return .hit
  }

  /// Has the item keep its cas unique. Where there is no memory for a larger chunk it does not, and a `cas` that began
  /// before the touch must begin again: better than a touch that fails.
  private func extend(_ slot: IndexSlot, _ hash: UInt64, now: UInt32) -> (reference: UInt32, freed: UInt32) {
    let item = memory.item(slot.reference)
    if item.isExtended { return (slot.reference, 0) }
    if item.state.isChained {
      item.extend(changed: item.stamp)
      return (slot.reference, 0)
    }
    if item.size + ItemPointer.extensionCount <= slabs.sizes.sizes[Int(item.slabClass)] {
      noteRequested(item.slabClass, change: ItemPointer.extensionCount)
      item.extend(changed: item.stamp)
      return (slot.reference, 0)
    }
    return moveExtended(slot, hash, now) ?? (slot.reference, 0)
  }

  /// Into a larger chunk. Senders may have pinned the old one: they go on with it.
  private func moveExtended(_ slot: IndexSlot, _ hash: UInt64, _ now: UInt32) -> (reference: UInt32, freed: UInt32)? {
    let item = memory.item(slot.reference)
    let view = ItemView(slot.reference, in: memory)
    guard
      case .pending(var moved) = reserve(
        view.key, clientFlags: item.clientFlags, expiresAt: item.expiresAt, valueCount: item.valueCount,
        changed: item.stamp, mayCompact: false, now: now)
    else { return nil }
    if !copy(ItemValue(item, memory), to: &moved, mayCompact: false, now) {
      abandon(moved)
      return nil
    }
    let made = memory.item(moved.reference)
    made.stamp = item.stamp
    if item.state.isFetched { made.insert(ItemState.fetched) }
    return (moved.reference, link(moved.reference, in: slot, hash).freed)
  }
}
