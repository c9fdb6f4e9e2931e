/// Emptying a closed page chunk by chunk: what lies there is moved to other chunks of the class, removed if it is dead,
/// or evicted, if that is allowed. The class lock is held; the stripe's lock of each item is only tried.
///
/// An item that its author still fills, that is being sent, or whose stripe is locked, stays: it is met again in the
/// next round over the page. A piece of a chained item moves by itself, and its place in the item's table is changed. A
/// chained item's head is named by all of its pieces, so it moves only if the locks of their classes can be had.
extension ItemStore {
  /// Chunks in use that are worked on in one hold of the class lock, chunks looked at, and bytes that may be copied, to
  /// memory that was never touched.
  private static let maxClearedPerHold = 8
  private static let maxVisitedPerHold = 64
  private static let maxBytesPerHold = 128 << 10

  /// What one hold over a closed page came to.
  struct ClearedPart {
    /// The chunk to go on with.
    var chunk: Int
    /// Chunks in use that were met.
    var worked = 0
    /// A chained item that was unlinked: to be released when the class lock is; 0: none.
    var unlinked: UInt32 = 0
  }

  /// Clears some chunks of a closed page from `chunk` on.
  ///
  /// - Parameter mayEvict: an item for which there is no free chunk goes, or displaces one in use less.
  func clear(page: Int, of slabClass: UInt8, from chunk: Int, mayEvict: Bool, _ now: UInt32) -> ClearedPart {
    let size = slabs.sizes.sizes[Int(slabClass)]
    let most = max(1, min(Self.maxClearedPerHold, Self.maxBytesPerHold / size))
    let end = min(chunk + Self.maxVisitedPerHold, slabs.carvedChunks(ofPage: page))
    var part = ClearedPart(chunk: chunk)
    while part.chunk < end, part.worked < most, part.unlinked == 0 {
      let reference = slabs.chunk(part.chunk, ofPage: page)
      part.chunk += 1
      if !memory.item(reference).state.isAllocated { continue }
      part.worked += 1
      if !clear(reference, slabClass, mayEvict, &part.unlinked, now) {
        balancer.counters.busyItems.add(1, ordering: .relaxed)
      }
    }
    return part
  }

  /// Frees one chunk of a closed page, if it can be; whether it could.
  private func clear(
    _ reference: UInt32, _ slabClass: UInt8, _ mayEvict: Bool, _ unlinked: inout UInt32, _ now: UInt32
  ) -> Bool {
    let state = memory.item(reference).state
    let victim = state.isPiece ? memory.item(reference).owner : reference
    let item = memory.item(victim)
    guard item.state.isLinked, item.state.pins == 0 else { return false }
    let hash = unsafe index.hash.hash(item.keyBytes)
    guard index.tryLock(hash) else { return false }
    defer { index.unlock(hash) }
    guard let slot = index.find(reference: victim, hash), item.state.pins == 0 else { return false }
    if !isDead(item, now) {
      if relocate(reference, of: slot, slabClass, mayEvict, &unlinked, now) { return true }
      if !mayEvict || unlinked != 0 { return false }
    }
    return removeFromPage(reference, slot, hash, slabClass, &unlinked, now)
  }

  private func removeFromPage(
    _ reference: UInt32, _ slot: IndexSlot, _ hash: UInt64, _ slabClass: UInt8, _ unlinked: inout UInt32, _ now: UInt32
  ) -> Bool {
    let item = memory.item(slot.reference)
    let isWhole = slot.reference == reference && !item.state.isChained
    let victim = slot.reference
    guard remove(slot, hash, slabClass, now) else { return false }
    if isWhole {
      slabs.giveBack(reference, slabClass, requested: item.size)
    } else {
      unlinked = victim
    }
    return true
  }

  private func remove(_ slot: IndexSlot, _ hash: UInt64, _ slabClass: UInt8, _ now: UInt32) -> Bool {
    let item = memory.item(slot.reference)
    let dead = isDead(item, now)
    if dead {
      balancer.counters.inlineReclaims.add(1, ordering: .relaxed)
    } else {
      balancer.counters.evictions.add(1, ordering: .relaxed)
      slabs.withCounters(slabClass) {
        $0.evicted += 1
        $0.evictedByMove += 1
      }
    }
    let ghost = dead ? .none : ghost(of: item, hash, wasNewcomer: slabs.isNewcomer(slot.reference, slabClass))
    return evict(slot, hash, leaving: ghost)
  }

  // MARK: Moving; class and stripe locks are held

  /// Moves what lies in the chunk to another of its class; false where there is none, or it cannot be moved.
  private func relocate(
    _ reference: UInt32, of slot: IndexSlot, _ slabClass: UInt8, _ mayEvict: Bool, _ unlinked: inout UInt32,
    _ now: UInt32
  ) -> Bool {
    let item = memory.item(slot.reference)
    let isPiece = slot.reference != reference
    let isHead = !isPiece && item.state.isChained
    let size = isPiece ? ItemPointer.headerCount + memory.item(reference).valueCount : item.size
    if isHead, !tryLockPieces(of: item, but: slabClass) { return false }
    defer { if isHead { unlockPieces(of: item, but: slabClass) } }
    let isProven = item.state.use >= ItemState.proof || !slabs.isNewcomer(reference, slabClass)
    let mayDisplace = mayEvict && isProven && !item.state.isChained
    let target = freeChunk(for: size, slabClass, mayDisplace: mayDisplace, &unlinked, now)
    if target == 0 {
      balancer.counters.withoutFreeChunk.add(1, ordering: .relaxed)
      return false
    }
    if isPiece {
      movePiece(reference, of: item, to: target, size, slabClass)
    } else {
      moveItem(slot, to: target, size, slabClass)
    }
    return true
  }

  /// A chunk of another page: a free one, or that of whoever is evicted next; 0 for none.
  private func freeChunk(
    for size: Int, _ slabClass: UInt8, mayDisplace: Bool, _ unlinked: inout UInt32, _ now: UInt32
  ) -> UInt32 {
    let free = slabs.takeFree(slabClass, requested: size, from: .ownPages)
    if free != 0 || !mayDisplace { return free }
    switch reclaim(slabClass, .mild, now) {
    case .chunk(let reference):
      slabs.withCounters(slabClass) { $0.evictedByMove += 1 }
      slabs.reuse(reference, slabClass, requested: size)
      return reference
    case .chained(let owner): unlinked = owner
    case .none: break
    }
    return 0
  }

  /// Copies a chunk's content and takes over its state; the target is its author's until then, and its class is the
  /// same.
  func copyChunk(_ source: UInt32, to target: UInt32, _ size: Int, _ slabClass: UInt8) {
    let (item, moved) = (memory.item(source), memory.item(target))
    let bits = item.state.bits
    unsafe copyBytes(from: UnsafeRawBufferPointer(start: item.raw, count: 17), to: moved.raw)
    unsafe copyBytes(
      from: UnsafeRawBufferPointer(start: item.raw + ItemPointer.headerCount, count: size - ItemPointer.headerCount),
      to: moved.raw + ItemPointer.headerCount)
    moved.setState(bits)
    slabs.copyNewcomerStatus(of: target, as: source, slabClass)
    if !moved.state.isPiece, moved.expiresAt != 0 { slabs.noteExpiry(moved.expiresAt, target, slabClass) }
  }

  private func moveItem(_ slot: IndexSlot, to target: UInt32, _ size: Int, _ slabClass: UInt8) {
    let item = memory.item(slot.reference)
    copyChunk(slot.reference, to: target, size, slabClass)
    if item.state.isChained {
      for number in 0..<item.pieceCount {
        memory.item(item.piece(number)).owner = target
      }
    }
    index.replace(slot, with: target)
    balancer.counters.rescues.add(1, ordering: .relaxed)
    if item.unlink() { slabs.giveBack(slot.reference, slabClass, requested: size) }
  }

  private func movePiece(_ piece: UInt32, of item: ItemPointer, to target: UInt32, _ size: Int, _ slabClass: UInt8) {
    copyChunk(piece, to: target, size, slabClass)
    for number in 0..<item.pieceCount where item.piece(number) == piece {
      item.setPiece(number, target)
    }
    balancer.counters.chunkRescues.add(1, ordering: .relaxed)
    slabs.giveBack(piece, slabClass, requested: size)
  }

  // MARK: The classes of a chained item's pieces

  /// More would take long to be told of their new head. That many has an item of a megabyte in chunks of 4 KB.
  private static let maxPiecesMoved = 260

  /// All pieces but the last are of the largest class. The locks are only tried, for this thread holds one.
  private func tryLockPieces(of item: ItemPointer, but slabClass: UInt8) -> Bool {
    if item.pieceCount > Self.maxPiecesMoved { return false }
    let (first, last) = pieceClasses(of: item)
    if first != slabClass, !slabs.tryLock(first) { return false }
    if last == first || last == slabClass || slabs.tryLock(last) { return true }
    if first != slabClass { slabs.unlock(first) }
    return false
  }

  private func unlockPieces(of item: ItemPointer, but slabClass: UInt8) {
    let (first, last) = pieceClasses(of: item)
    if first != slabClass { slabs.unlock(first) }
    if last != first, last != slabClass { slabs.unlock(last) }
  }

  private func pieceClasses(of item: ItemPointer) -> (first: UInt8, last: UInt8) {
    (memory.item(item.piece(0)).slabClass, memory.item(item.piece(item.pieceCount - 1)).slabClass)
  }
}
