/// Moving pages between classes, so that a cache filled with one size serves another later.
///
/// A page is closed: its free chunks are given to nobody. Then its items are moved, a few at a time: to free chunks of the
/// class where there are any, else, if they are in use, to those of items that the hands give up for them. The others are
/// evicted. When the last chunk is free the page goes to the class that lacked it, into its own hands: from the pool the
/// class that just lost it would take it back. A page that does not become empty, because a slow client holds an item in
/// it, is opened again after some rounds, or it would stop all moves.
///
/// Runs on the maintenance thread; each step holds the class lock for some microseconds.
extension ItemStore {
  private static let mostChunksPerHold = 8
  /// They may be copied, to memory that was never touched.
  private static let mostBytesPerHold = 128 << 10
  private static let mostRounds = 50

  /// One step: goes on with the page being emptied, or looks whether one should be. Returns whether more is to be done at
  /// once.
  package func balance(now: UInt32) -> Bool {
    if refusesWhenFull { return false }
    if let move = balancer.state.withLock({ $0.move }) { return empty(move, now) }
    if begin() { return true }
    let loads = (1...slabs.classCount).map { slabs.load(UInt8($0)) }
    let decisions = balancer.decide(loads, beyondLimit: slabs.pageCounts.beyondLimit)
    balancer.state.withLock { $0.plan = decisions.reversed() }
    return begin()
  }

  /// Begins to empty the next page of the plan.
  private func begin() -> Bool {
    while let next = balancer.state.withLock({ $0.plan.popLast() }) {
      guard let page = slabs.closePage(of: next.donor) else { continue }
      let move = PageBalancer.Move(page: page, slabClass: next.donor, receiver: next.receiver)
      balancer.state.withLock { $0.move = move }
      return true
    }
    return false
  }

  package var isMovingPage: Bool { balancer.state.withLock { $0.move != nil } }
  package var movedPages: UInt64 { balancer.movedPages.load(ordering: .relaxed) }

  private func empty(_ move: PageBalancer.Move, _ now: UInt32) -> Bool {
    var next = move
    let chunks = min(Self.mostChunksPerHold, Self.mostBytesPerHold / slabs.sizes.sizes[Int(move.slabClass)])
    slabs.lock(move.slabClass)
    let held = holds.begin()
    let carved = slabs.carvedChunks(ofPage: move.page)
    let end = min(move.chunk + max(chunks, 1), carved)
    var owners: [UInt32] = []
    while next.chunk < end {
      clear(slabs.chunk(next.chunk, ofPage: move.page), move.slabClass, &owners, now)
      next.chunk += 1
    }
    let isEmpty = slabs.isEmpty(page: move.page)
    // Chunks that were pinned or locked are met in the next round.
    let roundEnded = next.chunk >= carved
    if roundEnded {
      next.chunk = 0
      next.rounds += 1
    }
    let isStuck = !isEmpty && next.rounds == Self.mostRounds
    if isEmpty { slabs.detachPage(move.page) }
    if isStuck { slabs.reopenPage(move.page) }
    holds.end(held)
    slabs.unlock(move.slabClass)
    for owner in owners { release(owner) }
    if isEmpty {
      slabs.givePage(move.page, to: move.receiver)
      balancer.movedPages.add(1, ordering: .relaxed)
    }
    if isEmpty || isStuck {
      balancer.state.withLock { $0.move = nil }
      return begin()
    }
    let rest = next
    balancer.state.withLock { $0.move = rest }
    return !roundEnded || !owners.isEmpty
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
    if isWhole {
      let target = room(for: item, slabClass, &owners, now)
      if target != 0 { return relocate(slot, to: target, slabClass) }
    }
    guard remove(slot, hash, slabClass, now) else { return }
    if isWhole {
      slabs.giveBack(reference, slabClass, requested: item.size)
    } else {
      owners.append(victim)
    }
  }

  private func remove(_ slot: IndexSlot, _ hash: UInt64, _ slabClass: UInt8, _ now: UInt32) -> Bool {
    let item = memory.item(slot.reference)
    let dead = isDead(item, now)
    if !dead {
      slabs.withCounters(slabClass) {
        $0.evicted += 1
        $0.evictedByMove += 1
      }
    }
    let ghost = dead ? .none : Ghost(of: hash, at: slabs.tick(homeClass(item)), wasNewcomer: false)
    return vacate(slot, hash, leaving: ghost)
  }

  /// A chunk of another page for an item: a free one, or for one in use that of whoever is evicted next; 0 for none.
  private func room(
    for item: ItemPointer, _ slabClass: UInt8, _ owners: inout [UInt32], _ now: UInt32
  ) -> UInt32 {
    let size = item.size
    let free = slabs.takeFree(slabClass, requested: size, mayAddPage: false)
    if free != 0 || item.state.use == 0 || isDead(item, now) { return free }
    switch makeRoom(slabClass, .mild, now) {
    case .chunk(let reference):
      slabs.withCounters(slabClass) { $0.evictedByMove += 1 }
      slabs.reuse(reference, slabClass, requested: size)
      return reference
    case .chained(let owner): owners.append(owner)
    case .none: break
    }
    return 0
  }

  /// Moves a whole item to a chunk of its class that is the caller's; class and stripe locks are held.
  private func relocate(_ slot: IndexSlot, to target: UInt32, _ slabClass: UInt8) {
    let item = memory.item(slot.reference)
    let size = item.size
    let moved = memory.item(target)
    let bits = item.state.bits
    // The state word is last: until then the chunk is its author's, and its class byte is the same.
    unsafe copyBytes(from: UnsafeRawBufferPointer(start: item.raw, count: 17), to: moved.raw)
    unsafe copyBytes(
      from: UnsafeRawBufferPointer(start: item.raw + ItemPointer.headerCount, count: size - ItemPointer.headerCount),
      to: moved.raw + ItemPointer.headerCount)
    moved.setState(bits)
    slabs.keepStanding(of: target, as: slot.reference, slabClass)
    index.replace(slot, with: target)
    if item.unlink() { slabs.giveBack(slot.reference, slabClass, requested: size) }
  }
}
