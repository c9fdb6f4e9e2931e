/// Items whose value is changed where it is.
///
/// **Why no reader sees half a value.** Who reads an item's value holds the stripe's lock or has pinned the item, and
/// pins it under that lock. So under the lock an item without pins has no reader, and its bytes are the writer's.
extension Keyspace {
  func overwrite(
    _ value: Span<UInt8>, _ clientFlags: UInt32, _ version: Version, into item: ItemPointer, _ hash: UInt64
  ) {
    resize(item, to: value.count, clientFlags: clientFlags, version, hash)
    unsafe value.withUnsafeBytes { unsafe copyBytes(from: $0, to: item.valueStart) }
    item.noteWrite()
  }

  func overwrite(
    _ value: Span<UInt8>, _ clientFlags: UInt32, _ version: Version, _ marks: ItemMarks, into item: ItemPointer,
    _ hash: UInt64
  ) {
    if marks.isEmpty { return overwrite(value, clientFlags, version, into: item, hash) }
    resize(item, to: value.count, clientFlags: clientFlags, version, marks, hash)
    unsafe value.withUnsafeBytes { unsafe copyBytes(from: $0, to: item.valueStart) }
    item.noteWrite()
  }

  /// Whether an item with a value and an extension of this size would get the chunk that this one has, and nobody reads
  /// it.
  @inline(__always) func fits(
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
    resize(item, to: valueCount, clientFlags: clientFlags, version, .none, hash)
  }

  /// The same, with marks.
  func resize(
    _ item: ItemPointer, to valueCount: Int, clientFlags: UInt32, _ version: Version, _ marks: ItemMarks,
    _ hash: UInt64
  ) {
    let before = (size: item.size, valueCount: item.valueCount)
    item.setValueCount(valueCount, clientFlags: clientFlags)
    item.setVersion(version, marks)
    if item.size != before.size { noteRequested(item.slabClass, change: item.size - before.size) }
    if valueCount != before.valueCount { index.count(hash, items: 0, bytes: valueCount - before.valueCount) }
  }

  /// Whether the item was reserved for stamps and marks that need as much space.
  func fits(_ reference: UInt32, for version: Version, _ marks: ItemMarks = .none) -> Bool {
    let item = memory.item(reference)
    return item.state.isChained || item.extensionCount == version.extensionCount(with: marks)
  }

  /// Gives the item, its author's or under the stripe's lock, other stamps and marks; false where its chunk has no space
  /// for them, and then nothing has changed. Pins do not hinder it: they are for the value.
  func restate(_ item: ItemPointer, _ version: Version, _ marks: ItemMarks) -> Bool {
    let more = item.state.isChained ? 0 : version.extensionCount(with: marks) - item.extensionCount
    if more != 0 {
      if item.size + more > slabs.sizes.sizes[Int(item.slabClass)] { return false }
      noteRequested(item.slabClass, change: more)
    }
    item.setVersion(version, marks)
    return true
  }

  func noteRequested(_ slabClass: UInt8, change: Int) {
    slabs.lock(slabClass)
    slabs.noteRequested(slabClass, change: change)
    slabs.unlock(slabClass)
  }
}
