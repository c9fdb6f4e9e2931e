/// Emptying a closed page chunk by chunk: what lies there is moved to other chunks of the class, removed if it is dead,
/// or evicted, if that is allowed. The class lock is held; the stripe's lock of each item is only tried.
///
/// An item that its author still fills, that is being sent, or whose stripe is locked, stays: it is met again in the
/// next round over the page. A piece of a chained item moves by itself, and its place in the item's table is changed. A
/// chained item's head is named by all of its pieces, so it moves only if the locks of their classes can be had.
extension PageMover {
  /// Chunks in use that are worked on in one hold of the class lock, chunks looked at, and bytes that may be copied, to
  /// memory that was never touched.
  private static let maxClearedPerHold = 8
  private static let maxVisitedPerHold = 64
  private static let maxBytesPerHold = 128 << 10

  /// What one hold over a closed page came to.
  struct ClearedPart: ~Copyable {
    /// The chunk to go on with.
    var chunk: Int
    /// Chunks in use that were met.
    var worked = 0
    /// A chained item that was unlinked: to be released when the class lock is.
    var unlinked: OwnedChunk?
    /// An item was met that is too young to go: so the page is to stay.
    var hasYounger = false
  }

  /// Clears some chunks of a closed page from `chunk` on.
  ///
  /// - Parameter limit: an item for which there is no free chunk goes, or displaces one in use less, if who goes has no younger
  ///   stamp; nil: nothing that lives goes.
  func clear(page: Int, of slabClass: UInt8, from chunk: Int, evictsUpTo limit: Stamp?, _ now: UInt32) -> ClearedPart {
    let size = slabs.sizes.sizes[Int(slabClass)]
    let maxWorked = max(1, min(Self.maxClearedPerHold, Self.maxBytesPerHold / size))
    let end = min(chunk + Self.maxVisitedPerHold, slabs.carvedChunks(ofPage: page))
    var part = ClearedPart(chunk: chunk)
    while part.chunk < end, part.worked < maxWorked, part.unlinked == nil, !part.hasYounger {
      let reference = slabs.chunk(part.chunk, ofPage: page)
      part.chunk += 1
      if !memory.item(reference).state.isAllocated { continue }
      part.worked += 1
      if !clear(reference, slabClass, limit, &part, now) {
        balancer.counters.busyItems.add(1, ordering: .relaxed)
      }
    }
    return part
  }

  /// Frees one chunk of a closed page, if it can be; whether it could.
  private func clear(
    _ reference: UInt32, _ slabClass: UInt8, _ limit: Stamp?, _ part: inout ClearedPart, _ now: UInt32
  ) -> Bool {
    let state = memory.item(reference).state
    let victim = state.isPiece ? memory.item(reference).owner : reference
    let item = memory.item(victim)
    guard item.state.isLinked, item.state.pins == 0 else { return false }
    let hash = unsafe index.hash.hash(item.keyBytes)
    guard index.tryLock(hash) else { return false }
    defer { index.unlock(hash) }
    guard let slot = index.find(reference: victim, hash), item.state.pins == 0 else { return false }
    if !keyspace.isDead(item, now) {
      if relocate(reference, of: slot, slabClass, limit, &part.unlinked, now) { return true }
      guard let limit, part.unlinked == nil else { return false }
      part.hasYounger = item.touched > limit
      if part.hasYounger { return false }
    }
    return removeFromPage(reference, slot, hash, slabClass, &part.unlinked, now)
  }

  private func removeFromPage(
    _ reference: UInt32, _ slot: IndexSlot, _ hash: UInt64, _ slabClass: UInt8, _ unlinked: inout OwnedChunk?,
    _ now: UInt32
  ) -> Bool {
    let item = memory.item(slot.reference)
    let isWhole = slot.reference == reference && !item.state.isChained
    guard let owned = remove(slot, hash, slabClass, now) else { return false }
    if isWhole {
      slabs.giveBack(owned.take(), slabClass, requested: item.size)
    } else {
      unlinked = consume owned
    }
    return true
  }

  private func remove(_ slot: IndexSlot, _ hash: UInt64, _ slabClass: UInt8, _ now: UInt32) -> OwnedChunk? {
    let item = memory.item(slot.reference)
    let dead = keyspace.isDead(item, now)
    if dead {
      balancer.counters.inlineReclaims.add(1, ordering: .relaxed)
    } else {
      balancer.counters.evictions.add(1, ordering: .relaxed)
      evictor.tellOfEviction(slot.reference, now)
      slabs.withCounters(slabClass) {
        $0.evicted += 1
        $0.evictedByMove += 1
      }
    }
    let ghost = dead ? .none : keyspace.ghost(of: item, hash, wasNewcomer: slabs.isNewcomer(slot.reference, slabClass))
    return keyspace.evict(slot, hash, leaving: ghost)
  }

  // MARK: Moving; class and stripe locks are held

  /// Moves what lies in the chunk to another of its class; false where there is none, or it cannot be moved.
  private func relocate(
    _ reference: UInt32, of slot: IndexSlot, _ slabClass: UInt8, _ limit: Stamp?, _ unlinked: inout OwnedChunk?,
    _ now: UInt32
  ) -> Bool {
    let item = memory.item(slot.reference)
    let isPiece = slot.reference != reference
    let isHead = !isPiece && item.state.isChained
    let size = isPiece ? ItemPointer.headerCount + memory.item(reference).valueCount : item.size
    if isHead, !tryLockPieces(of: item, but: slabClass) { return false }
    defer { if isHead { unlockPieces(of: item, but: slabClass) } }
    let isProven = item.state.use >= ItemState.proof || !slabs.isNewcomer(reference, slabClass)
    let mayDisplace = isProven && !item.state.isChained
    let target = freeChunk(for: size, slabClass, evictsUpTo: mayDisplace ? limit : nil, &unlinked, now)
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
    for size: Int, _ slabClass: UInt8, evictsUpTo limit: Stamp?, _ unlinked: inout OwnedChunk?, _ now: UInt32
  ) -> UInt32 {
    let free = slabs.takeFree(slabClass, requested: size, from: .ownPages)
    guard free == 0, let limit else { return free }
    switch evictor.reclaim(slabClass, .mild, upTo: limit, now) {
    case .chunk(let chunk):
      slabs.withCounters(slabClass) { $0.evictedByMove += 1 }
      slabs.reuse(chunk.reference, slabClass, requested: size)
      return chunk.take()
    case .chained(let owned): unlinked = consume owned
    case .younger: break
    case .none: break
    }
    return 0
  }

  private func moveItem(_ slot: IndexSlot, to target: UInt32, _ size: Int, _ slabClass: UInt8) {
    let item = memory.item(slot.reference)
    evictor.copyChunk(slot.reference, to: target, size, slabClass)
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
    evictor.copyChunk(piece, to: target, size, slabClass)
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
