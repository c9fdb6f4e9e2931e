/// Chunks for items: found free, or made free by evicting.
extension ItemStore {
  /// What the length of a key may be. Those who parse keys know too; here it keeps a header from lying.
  static func isKey(_ key: Span<UInt8>) -> Bool { key.count > 0 && key.count <= maxKeyCount }
  static let maxKeyCount = 250

  /// Begins an item of its own author's: invisible to all others until committed.
  ///
  /// - Parameters:
  ///   - key: 1 to 250 bytes.
  ///   - expiresAt: process seconds, 0 never.
  ///   - version: the stamps that it will get, or others that need as much space. `derived` for what is to be committed
  ///     by cas.
  ///   - mayCompact: see `allocate`.
  package func reserve(
    _ key: Span<UInt8>, clientFlags: UInt32, expiresAt: UInt32, valueCount: Int, version: Version = .zero,
    mayCompact: Bool = true, now: UInt32
  ) -> Reservation {
    guard Self.isKey(key), valueCount >= 0, valueCount <= maxItemSize else { return .tooLarge }
    let unextended = ItemPointer.size(keyCount: key.count, valueCount: valueCount, clientFlags: clientFlags)
    if unextended > maxItemSize { return .tooLarge }
    let whole = unextended + version.extensionCount
    let chained = whole > slabs.sizes.largest
    let capacity = slabs.sizes.pieceCapacity
    let size =
      chained ? ItemPointer.headSize(keyCount: key.count, valueCount: valueCount, pieceCapacity: capacity) : whole
    guard let slabClass = slabs.sizes.slabClass(for: size) else { return .tooLarge }
    let reference = allocate(slabClass, requested: size, mayCompact: mayCompact, now: now)
    if reference == 0 { return .outOfMemory }
    let item = memory.item(reference)
    item.setKey(key)
    setExpiry(expiresAt, of: reference)
    if chained {
      item.chain(valueCount: valueCount, clientFlags: clientFlags, pieceCapacity: capacity)
    } else {
      item.setValueCount(valueCount, clientFlags: clientFlags)
    }
    if !version.isFresh { item.setVersion(version) }
    return .pending(PendingItem(reference: reference, missing: valueCount, valueCount: valueCount))
  }

  /// Lets `body` write the next bytes of the value, of which it returns the count; pieces are allocated as they are
  /// reached, so a client that announces a gigabyte and sends nothing costs nothing.
  ///
  /// Returns nil when there is no memory for the next piece.
  package func fill(
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
  package func write(_ bytes: Span<UInt8>, to pending: inout PendingItem, now: UInt32) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe write($0, to: &pending, now: now) }
  }

  /// - Parameter mayCompact: see `allocate`.
  func write(
    _ bytes: UnsafeRawBufferPointer, to pending: inout PendingItem, mayCompact: Bool = true, now: UInt32
  ) -> Bool {
    var position = 0
    while position < bytes.count, pending.missing > 0 {
      guard let space = unsafe space(in: pending, mayCompact: mayCompact, now: now), let start = space.baseAddress
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

  /// Where the next bytes of the value go.
  private func space(
    in pending: borrowing PendingItem, mayCompact: Bool = true, now: UInt32
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
      let piece = allocatePiece(capacity, of: pending.reference, mayCompact: mayCompact, now: now)
      if piece == 0 { return nil }
      item.setPiece(number, piece)
    }
    let start = unsafe memory.item(item.piece(number)).raw + ItemPointer.headerCount + within
    return unsafe UnsafeMutableRawBufferPointer(start: start, count: capacity - within)
  }

  /// A chunk for so many bytes of a chained item's value; 0 where there is none.
  private func allocatePiece(_ count: Int, of owner: UInt32, mayCompact: Bool, now: UInt32) -> UInt32 {
    let size = ItemPointer.headerCount + count
    guard let slabClass = slabs.sizes.slabClass(for: size) else { return 0 }
    let reference = allocate(slabClass, requested: size, mayCompact: mayCompact, now: now)
    if reference == 0 { return 0 }
    let piece = memory.item(reference)
    piece.owner = owner
    piece.setValueCount(count, clientFlags: 0)
    piece.insert(ItemState.piece)
    return reference
  }

  /// The slab class of an item in one chunk; 0 where that would be too large.
  package func slabClass(keyCount: Int, valueCount: Int, clientFlags: UInt32) -> Int {
    let size = ItemPointer.size(keyCount: keyCount, valueCount: valueCount, clientFlags: clientFlags)
    return Int(slabs.sizes.slabClass(for: size) ?? 0)
  }

  /// The slab class of the chunk, or of a chained item's head.
  package func slabClass(of pending: borrowing PendingItem) -> Int { Int(memory.item(pending.reference).slabClass) }

  /// Removes what is held under the key of an item that cannot be completed: for a `set`, which replaces in any case.
  package func removeReplaced(
    by pending: borrowing PendingItem, hash: UInt64, at moment: Moment, journal: (any MutationJournal)?
  ) {
    _ = delete(ItemView(pending.reference, in: memory).key, hash: hash, at: moment, journal: journal)
  }

  /// Gives up an item that was not committed.
  package func abandon(_ pending: consuming PendingItem) { discard(pending.reference) }

  /// Ends the author's pin on a chunk that was never linked.
  func discard(_ reference: UInt32) {
    if memory.item(reference).unpin() { release(reference) }
  }

  // MARK: Chunks

  /// Sweeps without a find after which there is no memory.
  private static let maxSweeps = 21

  /// Mild for long, for a whole stretch of chunks may be in use: what was stored together is used together.
  private func need(_ sweep: Int) -> Need {
    sweep < 16 ? .mild : .strong
  }

  /// A chunk of the class, pinned by the caller; 0 when nothing can be freed.
  ///
  /// - Parameter mayCompact: not under a stripe's lock, for emptying a page takes longer than that may be held.
  func allocate(_ slabClass: UInt8, requested: Int, mayCompact: Bool = true, now: UInt32) -> UInt32 {
    for sweep in 0..<(refusesWhenFull ? 2 : Self.maxSweeps) {
      slabs.lock(slabClass)
      var reclaimed = take(slabClass, requested: requested, from: .pool, now)
      if case .none = reclaimed {
        if mayCompact, sweep == 0, slabs.hasDonors {
          slabs.unlock(slabClass)
          _ = compact(for: slabClass, now: now)
          slabs.lock(slabClass)
        }
        reclaimed = take(slabClass, requested: requested, from: .beyondLimit, now)
      }
      if case .none = reclaimed { reclaimed = reclaim(slabClass, need(sweep), requested: requested, now) }
      slabs.unlock(slabClass)
      // What was evicted may have left a tombstone too many.
      if tombstoneLog.needsCleaning { trimTombstones(atMost: Self.maxTrimmed, isHurried: true) }
      switch reclaimed {
      case .chunk(let reference): return reference
      case .chained(let owner): release(owner)
      case .none: break
      }
    }
    slabs.lock(slabClass)
    slabs.withCounters(slabClass) { $0.outOfMemory += 1 }
    slabs.unlock(slabClass)
    return 0
  }

  /// What there is without evicting, dead items first. The class lock is held.
  private func take(_ slabClass: UInt8, requested: Int, from source: FreeChunkSource, _ now: UInt32) -> Reclaimed {
    let own = slabs.takeFree(slabClass, requested: requested, from: .ownPages)
    if own != 0 { return .chunk(own) }
    if slabs.isDue(slabClass, now) {
      let dead = reuseDead(slabClass, now)
      if case .chunk(let reference) = dead { slabs.reuse(reference, slabClass, requested: requested) }
      if case .none = dead {} else { return dead }
    }
    let free = slabs.takeFree(slabClass, requested: requested, from: source)
    return free == 0 ? .none : .chunk(free)
  }

  private func reclaim(_ slabClass: UInt8, _ need: Need, requested: Int, _ now: UInt32) -> Reclaimed {
    let found = reclaim(slabClass, need, now)
    if case .chunk(let reference) = found { slabs.reuse(reference, slabClass, requested: requested) }
    return found
  }

  /// Frees the chunks of an item that nobody links or pins: pieces first, so that a piece in use has a living owner.
  func release(_ reference: UInt32) {
    let item = memory.item(reference)
    let chained = item.state.isChained
    if chained {
      for number in 0..<item.pieceCount where item.piece(number) != 0 {
        let piece = memory.item(item.piece(number))
        giveBack(item.piece(number), piece.slabClass, requested: ItemPointer.headerCount + piece.valueCount)
      }
    }
    giveBack(reference, item.slabClass, requested: item.size)
  }

  private func giveBack(_ reference: UInt32, _ slabClass: UInt8, requested: Int) {
    slabs.lock(slabClass)
    slabs.giveBack(reference, slabClass, requested: requested)
    slabs.unlock(slabClass)
  }
}
