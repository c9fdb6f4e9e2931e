/// Values that are at hand, for a key whose item has space for them: the value is changed where it is. A client's or
/// the peer's.
///
/// Most sets are of a key that is held already, with a value of about the same size. Such a one needs no chunk and
/// frees none, so it takes one lock, the stripe's, instead of three, and touches the memory that it found.
///
/// **Why no reader sees half a value.** Who reads an item's value holds the stripe's lock or has pinned the item, and
/// pins it under that lock. So under the lock an item without pins has no reader, and its bytes are the writer's.
extension ItemStore {
  /// What is copied while a lock is held. Larger values are few, and their copying is not what they cost.
  private static let maxCopied = 16 << 10

  /// Ends the command if it can be done, or has to be refused, without another chunk; nil where it needs one, and then
  /// nothing has changed.
  package func overwrite(
    _ key: Span<UInt8>, hash: UInt64, mode: StoreMode, clientFlags: UInt32, expiresAt: UInt32, value: Span<UInt8>,
    at moment: Moment, journal: (any MutationJournal)?
  ) -> StoreOutcome? {
    if value.count > Self.maxCopied || mode.extends { return nil }
    journal?.willMutate()
    index.lock(hash)
    defer {
      index.unlock(hash)
      journal?.didMutate()
    }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else { return nil }
    let item = memory.item(slot.reference)
    let isDerived = mode.isDerived
    let extensionCount = isDerived ? Version.derived.extensionCount : 0
    guard fits(item, for: value.count, clientFlags, extensionCount) else { return nil }
    if let refusal = refusal(mode, slot, nil, moment.seconds) { return refusal }
    if isDead(item, moment.seconds) { countReplacedDead(item) }
    let stamp = stampClock.next(after: item.touched, unixMicroseconds: moment.unixMicroseconds)
    setExpiry(expiresAt, of: slot.reference)
    put(value, clientFlags, isDerived ? item.version.changed(at: stamp) : Version(stamp), into: item, hash)
    journal?.record(ItemView(slot.reference, in: memory))
    return .stored(stamp)
  }

  /// The same with what the peer says, by its stamps. Nil where it needs another chunk, or where the stamps are equal,
  /// which is seldom; what is not stored at all is judged without one.
  func applyInPlace(
    _ key: Span<UInt8>, hash: UInt64, version: Version, clientFlags: UInt32, expiresAt: UInt32, value: Span<UInt8>
  ) -> ApplyOutcome? {
    if value.count > Self.maxCopied || version.touched > .greatest { return nil }
    stampClock.observe(version.touched)
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      let resolution = resolveAbsent(version, hash)
      return resolution == .applied ? nil : resolution
    }
    let item = memory.item(slot.reference)
    let held = item.version
    if isOlder(version, than: held) || isFlushed(version) { return .ignoredOlder }
    guard held != version, fits(item, for: value.count, clientFlags, version.extensionCount) else { return nil }
    setExpiry(expiry(expiresAt, version, over: item), of: slot.reference)
    put(value, clientFlags, version, into: item, hash)
    return .applied
  }

  private func put(
    _ value: Span<UInt8>, _ clientFlags: UInt32, _ version: Version, into item: ItemPointer, _ hash: UInt64
  ) {
    resize(item, to: value.count, clientFlags: clientFlags, version, hash)
    unsafe value.withUnsafeBytes { unsafe copyBytes(from: $0, to: item.valueStart) }
    item.noteWrite()
  }

  /// Whether an item with a value and an extension of this size would get the chunk that this one has, and nobody reads
  /// it.
  @inline(__always) private func fits(
    _ item: ItemPointer, for valueCount: Int, _ clientFlags: UInt32, _ extensionCount: Int
  ) -> Bool {
    let state = item.state
    if state.isTombstone || state.isChained || state.pins > 0 { return false }
    if extensionCount == 0, item.hasShape(valueCount: valueCount, clientFlags: clientFlags) { return true }
    let content = ItemPointer.size(keyCount: item.keyCount, valueCount: valueCount, clientFlags: clientFlags)
    let whole = content + extensionCount
    return whole <= maxItemSize && slabs.sizes.slabClass(for: whole) == item.slabClass
  }

  /// Gives an item that is not chained, and whose chunk has space for it, another count of its value and other stamps,
  /// under the stripe's lock.
  func resize(
    _ item: ItemPointer, to valueCount: Int, clientFlags: UInt32, _ version: Version, _ hash: UInt64
  ) {
    if version.isFresh, item.hasShape(valueCount: valueCount, clientFlags: clientFlags) {
      item.fresh = version.fresh
      return item.setValueCount(valueCount, clientFlags: clientFlags)
    }
    let before = (size: item.size, valueCount: item.valueCount)
    item.setValueCount(valueCount, clientFlags: clientFlags)
    item.setVersion(version)
    if item.size != before.size { noteRequested(item.slabClass, change: item.size - before.size) }
    if valueCount != before.valueCount { index.count(hash, items: 0, bytes: valueCount - before.valueCount) }
  }

  func noteRequested(_ slabClass: UInt8, change: Int) {
    slabs.lock(slabClass)
    slabs.noteRequested(slabClass, change: change)
    slabs.unlock(slabClass)
  }
}
