/// Compaction: where a class has free chunks worth a page, scattered over many, the items of one page are moved into
/// them, and the page is free for any class.
///
/// ```
///   class 20   [##.#..#.] [#..#....] [.#.##.#.]      10 of 24 chunks in use
///                             └──┴──▶ moved             [##.#..#.]  [##.####.]   and a page for class 17
/// ```
///
/// Nothing is lost by it, so it comes before evicting and, with -M, before refusing: a writer that finds neither a free
/// chunk of its class nor a page in the pool does it itself, as fast as it needs pages, and the lock is let go every
/// few chunks. One write moves `maxChunksPerWrite` at most; where the chunks are so small that a page has more of them,
/// what it has moved stays moved, it evicts one item as before, and the next write goes on. With -M it goes on to the
/// page's end, for refusing would be worse than taking longer.
///
/// What is free for a second anyhow is gathered by the maintenance thread, before anybody asks for it.
extension PageMover {
  /// About half a millisecond.
  private static let maxChunksPerWrite = 4096
  /// Those where something holds an item of the page are left for the next.
  private static let maxDonorsTried = 3

  /// Frees a page for a class that has no free chunk; true if it has one now, or the pool has. The caller holds no
  /// class's lock, and no stripe's.
  func compact(for slabClass: UInt8, now: UInt32) -> Bool {
    for _ in 0..<Self.maxDonorsTried {
      guard let (page, donor) = slabs.closeDonatedPage(for: slabClass) else { return false }
      let limit = refusesWhenFull ? Int.max : Self.maxChunksPerWrite
      if empty(page, of: donor, for: slabClass, atMost: limit, now) { return true }
      if slabs.isDonor(donor) { return false }
    }
    return false
  }

  /// Pages that a round of maintenance frees at most: it copies no more than so many megabytes.
  private static let maxIdlePages = 4

  /// Frees pages of classes that have not needed them for a second. To be called once a round.
  ///
  /// Only while less than half of the memory is free: more is soon enough when it is asked for.
  func compactIdle(_ watch: inout SurplusWatch, now: UInt32) {
    if watch.endsCooldowns() { slabs.endCooldowns() }
    let pages = slabs.pageCounts
    var left = pages.free < pages.used ? Self.maxIdlePages : 0
    for number in 1...slabs.classCount {
      let slabClass = UInt8(number)
      if !slabs.isDonor(slabClass) { watch.forget(slabClass) }
      while left > 0, slabs.isDonor(slabClass), watch.isIdle(slabs.load(slabClass)) {
        guard let page = slabs.closeSparsePage(of: slabClass) else { break }
        left -= 1
        if !empty(page, of: slabClass, for: nil, atMost: .max, isMetered: true, now) { break }
      }
    }
  }

  /// Moves all items of a closed page to others of its class; false, and the page is open again, where that cannot be
  /// done.
  private func empty(
    _ page: Int, of slabClass: UInt8, for receiver: UInt8?, atMost limit: Int, isMetered: Bool = false, _ now: UInt32
  ) -> Bool {
    var chunk = 0
    var worked = 0
    while true {
      var hold = holds.prepare(isMeasured: isMetered)
      slabs.lock(slabClass)
      holds.begin(&hold)
      var part = clear(page: page, of: slabClass, from: chunk, evictsUpTo: nil, now)
      let isEmpty = slabs.isEmpty(page: page)
      chunk = part.chunk
      worked += part.worked
      let isAtEnd = chunk >= slabs.carvedChunks(ofPage: page)
      let goesOn = !isEmpty && !isAtEnd && worked < limit
      if isEmpty { slabs.detachPage(page) }
      if !isEmpty, !goesOn {
        slabs.reopenPage(page)
        if isAtEnd { slabs.rest(slabClass) }
      }
      holds.end(&hold)
      slabs.unlock(slabClass)
      holds.record(hold)
      if let unlinked = part.unlinked.take() { keyspace.release(unlinked) }
      if goesOn { continue }
      if isEmpty {
        slabs.givePage(page, to: receiver)
        balancer.counters.pages.add(1, ordering: .relaxed)
      }
      return isEmpty
    }
  }
}

extension ItemStore {
  /// Frees pages of classes that have not needed them for a second. To be called once a round.
  ///
  /// Only while less than half of the memory is free: more is soon enough when it is asked for.
  package func compactIdle(_ watch: inout SurplusWatch, now: UInt32) { pageMover.compactIdle(&watch, now: now) }
}

/// For how many rounds of maintenance each class has had free chunks worth some pages: what was free for a second is
/// not needed by those whose items come and go.
package struct SurplusWatch {
  private var rounds: [UInt8: Int] = [:]
  private var roundsUntilCooldownEnds = Self.idleRounds

  /// Rounds: a second.
  static let idleRounds = 10

  package init() {}

  /// Whether a class with so much has had it for long enough.
  ///
  /// A class keeps two pages and a half of free chunks, or a thirty-second of its pages, for its own next items.
  mutating func isIdle(_ load: PageBalancer.Load) -> Bool {
    let free = load.totalChunks - load.usedChunks
    guard free * 2 >= load.chunksPerPage * 5, free * 32 >= load.totalChunks else {
      rounds[load.slabClass] = nil
      return false
    }
    rounds[load.slabClass, default: 0] += 1
    return rounds[load.slabClass, default: 0] >= Self.idleRounds
  }

  /// It has none.
  mutating func forget(_ slabClass: UInt8) { rounds[slabClass] = nil }

  /// Whether those that could not free a page are to try again.
  mutating func endsCooldowns() -> Bool {
    roundsUntilCooldownEnds -= 1
    if roundsUntilCooldownEnds > 0 { return false }
    roundsUntilCooldownEnds = Self.idleRounds
    return true
  }
}
