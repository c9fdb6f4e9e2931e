import Synchronization

/// The crawler: frees what is dead, soon after it has died.
///
/// It goes over the pages in which something is due (`ExpiryMap`), and after a flush over all, chunk by chunk: memory
/// is read in order, some hundred thousand items in a millisecond or two. Where nothing expires it does nothing.
///
/// The class lock is held for a few dozen chunks, in which it only notes what may be dead: the item's state, expiry and
/// key may be read under it, its stamp not. Then each of those is looked up under its stripe's lock, as by a lookup,
/// and unlinked if it is dead.
///
/// A writer that finds no free chunk of its class takes that of a dead item before it takes a new page or evicts.
final class Crawler: Sendable {
  private let keyspace: Keyspace
  private let slabs: SlabAllocator
  private let memory: ChunkMemory
  private let index: ItemIndex
  private let holds: LockHoldMeter
  private let crawledWord = Atomic<UInt64>(0)
  private let reapedWord = Atomic<UInt64>(0)
  private let startsWord = Atomic<UInt64>(0)
  private let crawlingWord = Atomic<Bool>(false)
  /// Somebody has asked for a crawl that has not begun.
  private let askedWord = Atomic<Bool>(false)
  /// `lru_crawler enable`
  private let onWord = Atomic<Bool>(true)

  init(_ keyspace: Keyspace, holds: LockHoldMeter) {
    self.keyspace = keyspace
    slabs = keyspace.slabs
    memory = keyspace.memory
    index = keyspace.index
    self.holds = holds
  }

  private static let maxVisitedPerHold = 64
  private static let maxFoundPerHold = 16
  /// Holds of which one is measured: reading the clocks takes as long as one.
  private static let holdsPerMeasure = 16

  /// Frees dead items, in pages that have not been looked at since one of their items may have died; false when nothing
  /// is left to do.
  func crawl(_ crawl: inout Crawl, now: UInt32) -> Bool {
    if !isOn { return false }
    askedWord.store(false, ordering: .relaxed)
    noteFlush(&crawl, now)
    crawl.beginRound()
    for _ in 0..<slabs.classCount where !crawl.isExhausted {
      let slabClass = crawl.nextClass(of: slabs.classCount)
      if slabs.isDue(slabClass, now) { crawlPages(of: slabClass, &crawl, now) }
    }
    let hasMore = crawl.isExhausted
    if crawl.visits > 0, !isCrawling { startsWord.add(1, ordering: .relaxed) }
    crawlingWord.store(hasMore, ordering: .relaxed)
    crawledWord.wrappingAdd(UInt64(crawl.checked), ordering: .relaxed)
    reapedWord.wrappingAdd(UInt64(crawl.reaped), ordering: .relaxed)
    return hasMore
  }

  /// All pages are due after a flush, and once more some time later: an item that was being linked at that moment, with
  /// a stamp from before, might have been passed by.
  private func noteFlush(_ crawl: inout Crawl, _ now: UInt32) {
    if keyspace.floor != crawl.floor {
      crawl.floor = keyspace.floor
      crawl.flushedAgain = now + Crawl.flushRepeat
      slabs.markAllFlushed()
    } else if crawl.flushedAgain != 0, now >= crawl.flushedAgain {
      crawl.flushedAgain = 0
      slabs.markAllFlushed()
    }
  }

  private func crawlPages(of slabClass: UInt8, _ crawl: inout Crawl, _ now: UInt32) {
    slabs.takeExpiry(slabClass)
    var walk = SlabAllocator.PageWalk(slabClass)
    while !walk.isAtEnd, !crawl.isExhausted {
      guard let page = slabs.nextDuePage(&walk, now) else { continue }
      walk.note(crawlPage(page, of: slabClass, &crawl, now))
    }
    // What was not come to is due still.
    slabs.lowerExpiry(walk.isAtEnd ? walk.earliest : ExpiryMap.flushed, slabClass)
    if !walk.isAtEnd { crawl.returnToClass() }
  }

  /// Returns before when nothing more will die in the page.
  private func crawlPage(_ page: Int, of slabClass: UInt8, _ crawl: inout Crawl, _ now: UInt32) -> UInt32 {
    var scan = PageScan(isFlushed: slabs.expiries.take(page) == ExpiryMap.flushed)
    while !scan.isAtEnd {
      crawl.found.removeAll(keepingCapacity: true)
      scanChunks(of: page, slabClass, &scan, &crawl, now)
      if !crawl.found.isEmpty { reap(&crawl, slabClass, now) }
    }
    if scan.earliest != ExpiryMap.never { _ = slabs.expiries.note(scan.earliest, page) }
    return scan.earliest
  }

  private struct PageScan {
    let isFlushed: Bool
    var chunk = 0
    var isAtEnd = false
    /// The least expiry to come.
    var earliest = ExpiryMap.never
  }

  /// Notes what may be dead in some chunks of the page. The page may have left the class meanwhile: then that is its
  /// end.
  private func scanChunks(
    of page: Int, _ slabClass: UInt8, _ scan: inout PageScan, _ crawl: inout Crawl, _ now: UInt32
  ) {
    var hold = holds.prepare(isMeasured: crawl.isToBeMeasured(oneOf: Self.holdsPerMeasure))
    slabs.lock(slabClass)
    holds.begin(&hold)
    let carved = slabs.carvedChunks(ofPage: page, in: slabClass)
    let end = min(scan.chunk + Self.maxVisitedPerHold, carved)
    while scan.chunk < end, crawl.found.count < Self.maxFoundPerHold {
      let reference = slabs.chunk(scan.chunk, ofPage: page)
      scan.chunk += 1
      crawl.visits += 1
      if mayBeDead(reference, &scan, &crawl, now) {
        crawl.found.append((reference, unsafe index.hash.hash(memory.item(reference).keyBytes)))
      }
    }
    scan.isAtEnd = scan.chunk >= carved
    holds.end(&hold)
    slabs.unlock(slabClass)
    holds.record(hold)
  }

  private func mayBeDead(
    _ reference: UInt32, _ scan: inout PageScan, _ crawl: inout Crawl, _ now: UInt32
  ) -> Bool {
    let item = memory.item(reference)
    let state = item.state
    if !state.isAllocated || state.isPiece { return false }
    crawl.checked += 1
    let expiresAt = item.expiresAt
    if expiresAt > now { scan.earliest = min(scan.earliest, expiresAt) }
    if state.isLinked { return scan.isFlushed || expiresAt != 0 && expiresAt <= now }
    // Its author may have set it, or not yet: then it is what stood there before.
    if expiresAt != 0, expiresAt <= now { scan.earliest = min(scan.earliest, now + 1) }
    return false
  }

  /// Unlinks those of the found that are dead, and gives back their chunks under one hold of the class lock.
  private func reap(_ crawl: inout Crawl, _ slabClass: UInt8, _ now: UInt32) {
    var (reaped, unfetched, owned) = (0, 0, 0)
    for (reference, hash) in crawl.found {
      let death = unlinkDead(reference, hash, now)
      if !death.isDead { continue }
      reaped += 1
      unfetched += death.isUnfetched ? 1 : 0
      guard let chunk = death.owned else { continue }
      crawl.found[owned].reference = chunk.take()
      owned += 1
    }
    if reaped == 0 { return }
    crawl.reaped += reaped
    slabs.lock(slabClass)
    slabs.withCounters(slabClass) {
      $0.reclaimed += UInt64(reaped)
      $0.crawlerReclaimed += UInt64(reaped)
      $0.expiredUnfetched += UInt64(unfetched)
    }
    for number in 0..<owned where !memory.item(crawl.found[number].reference).state.isChained {
      let reference = crawl.found[number].reference
      slabs.giveBack(reference, slabClass, requested: memory.item(reference).size)
      crawl.found[number].reference = 0
    }
    slabs.unlock(slabClass)
    for number in 0..<owned where crawl.found[number].reference != 0 {
      keyspace.release(OwnedChunk(crawl.found[number].reference))
    }
  }

  /// What came of looking again at an item that may be dead.
  private struct Death: ~Copyable {
    var isDead = false
    var isUnfetched = false
    var owned: OwnedChunk?
  }

  private func unlinkDead(_ reference: UInt32, _ hash: UInt64, _ now: UInt32) -> Death {
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = index.find(reference: reference, hash) else { return Death() }
    let item = memory.item(reference)
    // The chunk's page may be the tombstone log's by now.
    guard !item.state.isTombstone, keyspace.isDead(item, now) else { return Death() }
    let isUnfetched = !item.state.isFetched && !keyspace.isFlushed(item)
    return Death(isDead: true, isUnfetched: isUnfetched, owned: keyspace.removeDead(slot, hash))
  }

  // MARK: By hand

  /// What it does not take while it is off is dead all the same: whoever meets it takes it.
  var isOn: Bool { onWord.load(ordering: .relaxed) }
  func turn(on isOn: Bool) {
    onWord.store(isOn, ordering: .relaxed)
    if !isOn {
      askedWord.store(false, ordering: .relaxed)
      crawlingWord.store(false, ordering: .relaxed)
    }
  }

  /// All items of these classes are looked at in the next rounds.
  func ask(_ classes: (Int) -> Bool) {
    // Pages of other classes are looked at once more when their turn comes.
    for page in 0..<slabs.pageCounts.taken { slabs.expiries.markFlushed(page) }
    for slabClass in 1...slabs.classCount where classes(slabClass) {
      slabs.lowerExpiry(ExpiryMap.flushed, UInt8(slabClass))
    }
    askedWord.store(true, ordering: .relaxed)
  }

  // MARK: Statistics

  var isCrawling: Bool { crawlingWord.load(ordering: .relaxed) || askedWord.load(ordering: .relaxed) }
  /// Rounds in which it had something to do after one in which it had not.
  var starts: UInt64 { startsWord.load(ordering: .relaxed) }
  /// Items that it has looked at.
  var crawledItems: UInt64 { crawledWord.load(ordering: .relaxed) }
  /// Items that it has taken.
  var reapedItems: UInt64 { reapedWord.load(ordering: .relaxed) }

  func resetCounters() {
    crawledWord.store(0, ordering: .relaxed)
    startsWord.store(0, ordering: .relaxed)
  }
}

extension ItemStore {
  /// Frees dead items, in pages that have not been looked at since one of their items may have died; false when nothing
  /// is left to do.
  package func crawl(_ crawl: inout Crawl, now: UInt32) -> Bool { crawler.crawl(&crawl, now: now) }

  /// All items of some classes are looked at soon, whether or not one of them can be dead.
  package func askForCrawl(_ classes: (Int) -> Bool) { crawler.ask(classes) }

  package var isCrawlerOn: Bool { crawler.isOn }
  package func turnCrawler(on isOn: Bool) { crawler.turn(on: isOn) }

  package var isCrawling: Bool { crawler.isCrawling }
  package var crawlStarts: UInt64 { crawler.starts }
  package var crawledItems: UInt64 { crawler.crawledItems }
  package var reapedItems: UInt64 { crawler.reapedItems }
}
