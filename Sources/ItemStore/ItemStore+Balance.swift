/// Moving pages between classes, so that a cache filled with one size serves another later.
///
/// A page is closed (its free chunks are given to nobody), then its items are moved to free chunks of the class where there
/// are any and evicted where not, a few at a time; when the last chunk is free the page goes to the pool, from where the
/// class that lacked it takes it. Runs on the maintenance thread; each step holds the class lock for some microseconds.
extension ItemStore {
  private static let chunksPerHold = 32

  /// One step: goes on with the page being emptied, or looks whether one should be. Returns whether more is to be done at
  /// once.
  package func balance(now: UInt32) -> Bool {
    if refusesWhenFull { return false }
    if let move = balancer.state.withLock({ $0.move }) { return empty(move, now) }
    let loads = (1...slabs.classCount).map { slabs.load(UInt8($0)) }
    guard let decision = balancer.decide(loads, beyondLimit: slabs.pageCounts.beyondLimit) else { return false }
    guard let page = slabs.closePage(of: decision.donor) else { return false }
    balancer.state.withLock { $0.move = PageBalancer.Move(page: page, slabClass: decision.donor, chunk: 0) }
    return true
  }

  package var movedPages: UInt64 { balancer.state.withLock { $0.movedPages } }

  private func empty(_ move: PageBalancer.Move, _ now: UInt32) -> Bool {
    var next = move
    slabs.lock(move.slabClass)
    let carved = slabs.carvedChunks(ofPage: move.page)
    let end = min(move.chunk + Self.chunksPerHold, carved)
    var owners: [UInt32] = []
    while next.chunk < end {
      clear(slabs.chunk(next.chunk, ofPage: move.page), move.slabClass, &owners, now)
      next.chunk += 1
    }
    let isEmpty = slabs.isEmpty(page: move.page)
    if isEmpty { slabs.removePage(move.page) }
    slabs.unlock(move.slabClass)
    for owner in owners { release(owner) }
    // Chunks that were pinned or locked are met in the next round.
    let roundEnded = next.chunk >= carved
    if roundEnded { next.chunk = 0 }
    balancer.state.withLock {
      $0.move = isEmpty ? nil : next
      $0.movedPages += isEmpty ? 1 : 0
    }
    return !isEmpty && !roundEnded
  }

  /// Frees one chunk of a closed page if it can be; the class lock is held.
  private func clear(_ reference: UInt32, _ slabClass: UInt8, _ owners: inout [UInt32], _ now: UInt32) {
    let state = memory.item(reference).state
    guard state.isAllocated else { return }
    let victim = state.isPiece ? memory.item(reference).owner : reference
    let item = memory.item(victim)
    guard item.state.isLinked, item.state.pins == 0 else { return }
    let hash = unsafe index.hash.hash(item.keyBytes)
    guard index.tryLock(hash) else { return }
    defer { index.unlock(hash) }
    guard let slot = index.find(reference: victim, hash), item.state.pins == 0 else { return }
    let isWhole = victim == reference && !item.state.isChained
    if isWhole, relocate(slot, slabClass) { return }
    if tombstones.mustRemember(item.stamp) || item.state.isTombstone { tombstones.raiseHorizon(to: item.stamp) }
    if !item.state.isTombstone {
      index.count(hash, items: -1, bytes: -liveBytes(item))
      if !isDead(item, now) { slabs.withCounters(slabClass) { $0.evicted += 1 } }
    }
    index.remove(slot, hash)
    guard item.unlink() else { return }
    if isWhole {
      slabs.giveBack(
        reference, slabClass,
        requested: Self.headSize(keyCount: item.keyCount, valueCount: item.valueCount, chained: false))
    } else {
      owners.append(victim)
    }
  }

  /// Moves a whole item to a free chunk of its class; class and stripe locks are held.
  private func relocate(_ slot: IndexSlot, _ slabClass: UInt8) -> Bool {
    let item = memory.item(slot.reference)
    let size = Self.headSize(keyCount: item.keyCount, valueCount: item.valueCount, chained: false)
    let target = slabs.takeFree(slabClass, requested: size, mayAddPage: false)
    if target == 0 { return false }
    let moved = memory.item(target)
    let bits = item.state.bits
    // The state word is last: until then the chunk is its author's, and its class byte is the same.
    unsafe copyBytes(from: UnsafeRawBufferPointer(start: item.raw, count: 21), to: moved.raw)
    unsafe copyBytes(
      from: UnsafeRawBufferPointer(start: item.raw + ItemPointer.headerCount, count: size - ItemPointer.headerCount),
      to: moved.raw + ItemPointer.headerCount)
    moved.setState(bits)
    index.replace(slot, with: target)
    if item.unlink() { slabs.giveBack(slot.reference, slabClass, requested: size) }
    return true
  }
}
