/// The value of an item that is not yet linked, as it comes: into its chunk, or into pieces that are allocated as they
/// are reached.
extension ItemAllocator {
  /// Lets `body` write the next bytes of the value, of which it returns the count; pieces are allocated as they are
  /// reached, so a client that announces a gigabyte and sends nothing costs nothing.
  ///
  /// Returns nil when there is no memory for the next piece.
  func fill(
    _ pending: inout PendingItem, now: UInt32, _ body: (inout MutableSpan<UInt8>) -> Int
  ) -> Int? {
    if pending.missing == 0 { return 0 }
    guard let space = unsafe space(in: pending, now: now) else { return nil }
    var span = unsafe MutableSpan<UInt8>(_unsafeElements: space.bindMemory(to: UInt8.self))
    let count = min(max(body(&span), 0), space.count)
    pending.missing -= count
    return count
  }

  /// Writes bytes that are at hand, of which there are no more than are missing; false without memory.
  func write(
    _ bytes: Span<UInt8>, to pending: inout PendingItem, effort: Effort = .full, now: UInt32
  ) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe write($0, to: &pending, effort: effort, now: now) }
  }

  func write(
    _ bytes: UnsafeRawBufferPointer, to pending: inout PendingItem, effort: Effort = .full, now: UInt32
  ) -> Bool {
    var position = 0
    while position < bytes.count, pending.missing > 0 {
      guard let space = unsafe space(in: pending, effort: effort, now: now), let start = space.baseAddress
      else {
        return false
      }
      let count = min(space.count, bytes.count - position)
      unsafe copyBytes(from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]), to: start)
      pending.missing -= count
      position += count
    }
    return true
  }

  func copy(_ source: ItemValue, to target: inout PendingItem, effort: Effort = .full, _ now: UInt32) -> Bool {
    var whole = true
    unsafe source.forEachPiece(from: 0) {
      whole = unsafe write($0, to: &target, effort: effort, now: now)
      return whole
    }
    return whole
  }

  /// Where the next bytes of the value go.
  private func space(
    in pending: borrowing PendingItem, effort: Effort = .full, now: UInt32
  ) -> UnsafeMutableRawBufferPointer? {
    let item = memory.item(pending.reference)
    let filled = pending.filled
    guard item.state.isChained else {
      return unsafe UnsafeMutableRawBufferPointer(start: item.valueStart + filled, count: pending.missing)
    }
    let number = filled / item.pieceCapacity
    let within = filled % item.pieceCapacity
    let capacity = min(item.pieceCapacity, pending.valueCount - number * item.pieceCapacity)
    if item.piece(number) == 0 {
      let piece = allocatePiece(capacity, of: pending, effort: effort, now: now)
      if piece == 0 { return nil }
      item.setPiece(number, piece)
    }
    let start = unsafe memory.item(item.piece(number)).raw + ItemPointer.headerCount + within
    return unsafe UnsafeMutableRawBufferPointer(start: start, count: capacity - within)
  }

  /// A chunk for so many bytes of a chained item's value; 0 where there is none.
  private func allocatePiece(
    _ count: Int, of owner: borrowing PendingItem, effort: Effort, now: UInt32
  ) -> UInt32 {
    let size = ItemPointer.headerCount + count
    guard let slabClass = slabs.sizes.slabClass(for: size) else { return 0 }
    let reference = allocate(
      slabClass, requested: size, evictsUpTo: owner.evictsUpTo, effort: effort, now: now)
    if reference == 0 { return 0 }
    let piece = memory.item(reference)
    piece.owner = owner.reference
    piece.setValueCount(count, clientFlags: 0)
    piece.insert(ItemState.piece)
    return reference
  }
}
