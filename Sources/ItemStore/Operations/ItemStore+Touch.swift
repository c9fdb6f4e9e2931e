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
    keyspace.mutate(key, hash, journal) { slot, replaced in
      guard let slot, keyspace.isLive(slot, moment.seconds) else { return .miss }
      let reference = restamp(slot, hash, moment, &replaced)
      if reference == 0 { return .miss }
      memory.item(reference).noteUse()
      keyspace.setExpiry(expiresAt, of: reference)
      let view = ItemView(reference, in: memory)
      journal?.record(view)
      body(view)
      return .hit
    }
  }

  /// Gives the item the stamps of one that has been touched, where it is or in another chunk; 0 without memory.
  private func restamp(
    _ slot: IndexSlot, _ hash: UInt64, _ moment: Moment, _ replaced: inout OwnedChunk?
  ) -> UInt32 {
    let item = memory.item(slot.reference)
    let version = item.version
    let touched = version.touched(
      at: stampClock.next(unixMicroseconds: moment.unixMicroseconds))
    return restate(slot, hash, touched, item.marks, moment.seconds, &replaced)
  }

  /// Gives the item other stamps and marks, where it is or in another chunk; 0 without memory.
  func restate(
    _ slot: IndexSlot, _ hash: UInt64, _ version: Version, _ marks: ItemMarks, _ now: UInt32,
    _ replaced: inout OwnedChunk?
  ) -> UInt32 {
    if keyspace.restate(memory.item(slot.reference), version, marks) { return slot.reference }
    return move(slot, hash, version, marks, now, &replaced)
  }

  /// Into a larger chunk. Senders may have pinned the old one: they go on with it.
  private func move(
    _ slot: IndexSlot, _ hash: UInt64, _ version: Version, _ marks: ItemMarks, _ now: UInt32,
    _ replaced: inout OwnedChunk?
  ) -> UInt32 {
    let item = memory.item(slot.reference)
    let view = ItemView(slot.reference, in: memory)
    guard
      case .pending(var moved) = allocator.reserve(
        view.key, clientFlags: item.clientFlags, expiresAt: item.expiresAt, valueCount: item.valueCount,
        version: version, marks: marks, effort: .underLock, now: now)
    else { return 0 }
    if !allocator.copy(ItemValue(item, memory), to: &moved, effort: .underLock, now) {
      allocator.abandon(moved)
      return 0
    }
    let reference = moved.reference
    memory.item(reference).insert(item.state.access)
    let linked = keyspace.link(reference, in: slot, hash)
    replaced = linked.replaced
    return reference
  }
}
