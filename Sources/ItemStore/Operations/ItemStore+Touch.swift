/// touch and gat: a new expiry, and the same cas unique.
///
/// For the pair a touch is a newer state of what was touched, so it gives a new stamp, and the others stay (`Version`):
/// the item needs an extension, for which most chunks have space; where one has none, the item moves to a larger one.
extension ItemStore {
  /// Where there is no memory for a larger chunk the item stays as it is, and this is a miss. With a new stamp in place
  /// of all three it would come back on a peer that has deleted it; without one the peer would let it die at another
  /// time.
  ///
  /// - Parameter body: sees the item after the change, under the stripe's lock.
  @discardableResult
  package func touch(
    _ key: Span<UInt8>, hash: UInt64, expiresAt: UInt32, at moment: Moment, journal: (any MutationJournal)?,
    _ body: (borrowing ItemView) -> Void = { _ in }
  ) -> Lookup {
    journal?.willMutate()
    index.lock(hash)
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }), isLive(slot, moment.seconds),
      let (reference, freed) = restamp(slot, hash, moment)
    else {
      index.unlock(hash)
      journal?.didMutate()
      return .miss
    }
    memory.item(reference).noteUse()
    setExpiry(expiresAt, of: reference)
    let view = ItemView(reference, in: memory)
    journal?.record(view)
    body(view)
    index.unlock(hash)
    journal?.didMutate()
    if freed != 0 { release(freed) }
    return .hit
  }

  /// Gives the item the stamps of one that has been touched, where it is or in another chunk; nil without memory.
  private func restamp(_ slot: IndexSlot, _ hash: UInt64, _ moment: Moment) -> (reference: UInt32, freed: UInt32)? {
    let item = memory.item(slot.reference)
    let version = item.version
    let touched = version.touched(
      at: stampClock.next(after: version.touched, unixMicroseconds: moment.unixMicroseconds))
    let more = item.state.isChained ? 0 : touched.extensionCount - item.extensionCount
    if more != 0 {
      if item.size + more > slabs.sizes.sizes[Int(item.slabClass)] {
        return move(slot, hash, touched, moment.seconds)
      }
      noteRequested(item.slabClass, change: more)
    }
    item.setVersion(touched)
    return (slot.reference, 0)
  }

  /// Into a larger chunk. Senders may have pinned the old one: they go on with it.
  private func move(
    _ slot: IndexSlot, _ hash: UInt64, _ version: Version, _ now: UInt32
  ) -> (reference: UInt32, freed: UInt32)? {
    let item = memory.item(slot.reference)
    let view = ItemView(slot.reference, in: memory)
    guard
      case .pending(var moved) = reserve(
        view.key, clientFlags: item.clientFlags, expiresAt: item.expiresAt, valueCount: item.valueCount,
        version: version, mayCompact: false, now: now)
    else { return nil }
    if !copy(ItemValue(item, memory), to: &moved, mayCompact: false, now) {
      abandon(moved)
      return nil
    }
    let made = memory.item(moved.reference)
    if item.state.isFetched { made.insert(ItemState.fetched) }
    return (moved.reference, link(moved.reference, in: slot, hash).freed)
  }
}
