/// Values that are at hand, for a key whose item has room for them: the value is changed where it is. A client's or the
/// peer's.
///
/// Most sets are of a key that is held already, with a value of about the same size. Such a one needs no chunk and frees
/// none, so it takes one lock, the stripe's, instead of three, and touches the memory that it found.
///
/// **Why no reader sees half a value.** Who reads an item's value holds the stripe's lock or has pinned the item, and
/// pins it under that lock. So under the lock an item without pins has no reader, and its bytes are the writer's.
extension ItemStore {
  /// What is copied while a lock is held. Larger values are few, and their copying is not what they cost.
  private static let mostCopied = 16 << 10

  /// Ends the command if it can be done, or has to be refused, without another chunk; nil where it needs one, and then
  /// nothing has changed.
  package func overwrite(
    _ key: Span<UInt8>, hash: UInt64, mode: StoreMode, clientFlags: UInt32, expiresAt: UInt32, value: Span<UInt8>,
    at moment: Moment, journal: (any MutationJournal)?
  ) -> StoreOutcome? {
    if value.count > Self.mostCopied || mode.extends { return nil }
    journal?.willMutate()
    index.lock(hash)
    defer {
      index.unlock(hash)
      journal?.didMutate()
    }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else { return nil }
    let item = memory.item(slot.reference)
    guard hasRoom(item, for: value.count, clientFlags) else { return nil }
    if let refusal = refusal(mode, slot, nil, moment.seconds) { return refusal }
    if isDead(item, moment.seconds) { noteReplacedDead(item) }
    let stamp = stampClock.next(after: item.stamp, unixMicroseconds: moment.unixMicroseconds)
    item.stamp = stamp
    setExpiry(expiresAt, of: slot.reference)
    put(value, clientFlags, into: item, hash)
    journal?.record(ItemView(slot.reference, in: memory))
    return .stored(stamp)
  }

  /// The same with what the peer says, by its stamp. Nil where it needs another chunk, or where the stamps are equal, which
  /// is seldom; what is not stored at all is judged without one.
  func applyInPlace(
    _ key: Span<UInt8>, hash: UInt64, stamp: Stamp, changed: Stamp?, clientFlags: UInt32, expiresAt: UInt32,
    value: Span<UInt8>
  ) -> ApplyOutcome? {
    if value.count > Self.mostCopied || stamp > .greatest { return nil }
    stampClock.hear(stamp)
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      let verdict = verdictOnNewcomer(stamp, hash)
      return verdict == .applied ? nil : verdict
    }
    let item = memory.item(slot.reference)
    if item.stamp > stamp || stamp <= floor { return .ignoredOlder }
    let isExtended = changed != nil
    guard item.stamp < stamp, hasRoom(item, for: value.count, clientFlags, isExtended: isExtended) else { return nil }
    item.stamp = stamp
    setExpiry(expiresAt, of: slot.reference)
    put(value, clientFlags, changed: changed, into: item, hash)
    return .applied
  }

  private func put(
    _ value: Span<UInt8>, _ clientFlags: UInt32, changed: Stamp? = nil, into item: ItemPointer, _ hash: UInt64
  ) {
    resize(item, to: value.count, clientFlags: clientFlags, isExtended: changed != nil, hash)
    if let changed { item.extend(changed: changed) }
    unsafe value.withUnsafeBytes { unsafe copyBytes(from: $0, to: item.valueStart) }
    item.noteWrite()
  }

  /// Whether an item with a value of this size would get the chunk that this one has, and nobody reads it.
  private func hasRoom(
    _ item: ItemPointer, for valueCount: Int, _ clientFlags: UInt32, isExtended: Bool = false
  ) -> Bool {
    let state = item.state
    if state.isTombstone || state.isChained || state.pins > 0 { return false }
    if item.hasShape(valueCount: valueCount, clientFlags: clientFlags, isExtended: isExtended) { return true }
    let whole = ItemPointer.size(
      keyCount: item.keyCount, valueCount: valueCount, clientFlags: clientFlags, isExtended: isExtended)
    return whole <= largestItem && slabs.sizes.slabClass(for: whole) == item.slabClass
  }

  /// Of an item that is not chained, whose chunk has room for it, under the stripe's lock.
  func resize(
    _ item: ItemPointer, to valueCount: Int, clientFlags: UInt32, isExtended: Bool = false, _ hash: UInt64
  ) {
    if item.hasShape(valueCount: valueCount, clientFlags: clientFlags, isExtended: isExtended) {
      return item.setValueCount(valueCount, clientFlags: clientFlags, isExtended: isExtended)
    }
    let before = (size: item.size, valueCount: item.valueCount)
    item.setValueCount(valueCount, clientFlags: clientFlags, isExtended: isExtended)
    if item.size != before.size { noteRequested(item.slabClass, change: item.size - before.size) }
    if valueCount != before.valueCount { index.count(hash, items: 0, bytes: valueCount - before.valueCount) }
  }
  func noteRequested(_ slabClass: UInt8, change: Int) {
    slabs.lock(slabClass)
    slabs.noteRequested(slabClass, change: change)
    slabs.unlock(slabClass)
  }
}
