/// Moving pages between classes that are full, so that a cache filled with one size serves another later. (What has
/// free chunks gives its pages without losing items; see `PageMover+Compaction`.)
///
/// A page is closed, the one that the class's hand comes to next: its free chunks are given to nobody. Then its items
/// are moved, a few at a time: to free chunks of the class where there are any, else, if they are in use, to those of
/// items that the hands give up for them. The others are evicted. (A class that lacks memory only for what comes from
/// the peer gets no page in which something younger lies: see `PeerChanges.evictsUpTo`.) When the last chunk is free
/// the page goes to the class that lacked it, into its own hands: from the pool the class that just lost it would take
/// it back. A page that does not become empty, because a slow client holds an item in it, is opened again after some
/// rounds, or it would stop all moves.
///
/// Runs on the maintenance thread; each step holds the class lock for some microseconds.
final class PageMover: Sendable {
  let keyspace: Keyspace
  let slabs: SlabAllocator
  let memory: ChunkMemory
  let index: ItemIndex
  let evictor: Evictor
  let balancer: PageBalancer
  let holds: LockHoldMeter
  let refusesWhenFull: Bool

  init(_ keyspace: Keyspace, _ evictor: Evictor, holds: LockHoldMeter, refusesWhenFull: Bool) {
    self.keyspace = keyspace
    slabs = keyspace.slabs
    memory = keyspace.memory
    index = keyspace.index
    self.evictor = evictor
    balancer = PageBalancer(classCount: keyspace.slabs.classCount)
    self.holds = holds
    self.refusesWhenFull = refusesWhenFull
  }

  private static let maxRounds = 50

  /// One step: goes on with the page being emptied, or looks whether one should be. Returns whether more is to be done
  /// at once.
  func balance(now: UInt32) -> Bool {
    let pages = slabs.pageCounts
    let isShort = pages.free == 0 && !slabs.hasDonors
    if isShrinking, pages.beyondLimit == 0 { balancer.shrinkingWord.store(false, ordering: .relaxed) }
    // What is beyond a limit that was lowered goes, also where a class could spare a page.
    let mayMove = isShrinking || isShort && automoveLevel > 0
    if let move = balancer.state.withLock({ $0.move }) {
      return mayMove || move.isAsked ? empty(move, now) : giveUp(move)
    }
    if beginRequested() { return true }
    if refusesWhenFull { return false }
    if mayMove, begin() { return true }
    let newest = keyspace.stampClock.fence()
    let loads = (1...slabs.classCount).map { load(UInt8($0), newest) }
    let decisions = balancer.decide(loads, beyondLimit: pages.beyondLimit, isShort: mayMove)
    // Without automove pages go only where the limit wants them.
    let plan = automoveLevel > 0 ? decisions : decisions.filter { $0.receiver == nil }
    balancer.state.withLock { $0.plan = plan.reversed() }
    return begin()
  }

  /// What is written now, here or at the peer, may have any page: hardly anything is younger.
  private static let recentMicroseconds: UInt64 = 5_000_000

  private func load(_ slabClass: UInt8, _ newest: Stamp) -> PageBalancer.Load {
    var load = slabs.load(slabClass)
    let isRecent = load.evictedUpTo.unixMicroseconds + Self.recentMicroseconds >= newest.unixMicroseconds
    if isRecent { load.evictedUpTo = .greatest }
    return load
  }

  /// There is free memory, so whoever lacks a page gets it without anybody losing one; or nobody is to lose one.
  private func giveUp(_ move: PageBalancer.Move) -> Bool {
    slabs.lock(move.slabClass)
    slabs.reopenPage(move.page)
    slabs.unlock(move.slabClass)
    balancer.state.withLock { $0.move = nil }
    return false
  }

  /// Begins to empty the next page of the plan.
  private func begin() -> Bool {
    while automoveLevel > 0 || isShrinking, let next = balancer.state.withLock({ $0.plan.popLast() }) {
      guard let page = slabs.closePage(of: next.donor) else { continue }
      let move = PageBalancer.Move(
        page: page, slabClass: next.donor, receiver: next.receiver, evictsUpTo: next.evictsUpTo)
      balancer.state.withLock { $0.move = move }
      evictor.watch.tellMove(from: next.donor, to: next.receiver)
      return true
    }
    return false
  }

  private var isShrinking: Bool { balancer.shrinkingWord.load(ordering: .relaxed) }

  private func empty(_ move: PageBalancer.Move, _ now: UInt32) -> Bool {
    var next = move
    var hold = holds.prepare()
    slabs.lock(move.slabClass)
    holds.begin(&hold)
    let limit = refusesWhenFull ? nil : move.evictsUpTo
    var part = clear(page: move.page, of: move.slabClass, from: move.chunk, evictsUpTo: limit, now)
    next.chunk = part.chunk
    let isEmpty = slabs.isEmpty(page: move.page)
    // Chunks that were pinned or locked are met in the next round.
    let roundEnded = next.chunk >= slabs.carvedChunks(ofPage: move.page)
    if roundEnded {
      next.chunk = 0
      next.rounds += 1
    }
    let isStuck = !isEmpty && (next.rounds == Self.maxRounds || part.hasYounger)
    if isEmpty { slabs.detachPage(move.page) }
    if isStuck { slabs.reopenPage(move.page) }
    holds.end(&hold)
    slabs.unlock(move.slabClass)
    holds.record(hold)
    let hasUnlinked = part.unlinked != nil
    if let unlinked = part.unlinked.take() { keyspace.release(unlinked) }
    if isEmpty {
      slabs.givePage(move.page, to: move.receiver)
      balancer.counters.pages.add(1, ordering: .relaxed)
    }
    if isEmpty || isStuck {
      balancer.state.withLock { $0.move = nil }
      return begin()
    }
    let rest = next
    balancer.state.withLock { $0.move = rest }
    return !roundEnded || hasUnlinked
  }

  var isMovingPage: Bool { balancer.state.withLock { $0.move != nil } }
  var movedPages: UInt64 { balancer.counters.pages.load(ordering: .relaxed) }
}

extension ItemStore {
  /// One step: goes on with the page being emptied, or looks whether one should be. Returns whether more is to be done
  /// at once.
  package func balance(now: UInt32) -> Bool { pageMover.balance(now: now) }

  package var isMovingPage: Bool { pageMover.isMovingPage }
  package var movedPages: UInt64 { pageMover.movedPages }
  package var pageMoves: PageMoves { pageMover.balancer.counters.values }
}
