import Platform
import Synchronization

/// Memory of its own for what is remembered of the dead: a log of tombstones in pages that belong to no slab class.
///
/// ```
///   index ──reference──▶ [header 20 | key]          pages ─▶ segments of 4 KB ─▶ two queues of them
///
///     old      oldest ▶ [t1][t4][t5][ ··                        what was moved out of the other's way
///     recent   oldest ▶ [t6][··][··][t9][··] … [t31][ ◀ append  everything new, in the order of time
///                            └ stale: the key was written again
/// ```
///
/// A tombstone in a chunk of the class that fits its key took that class's memory: 60,000 deletes of keys that were not
/// there evicted every small item of a cache of 64 MB. So a tombstone is a copy of header and key at the end of this
/// log, and the chunk of what died is free at once. No hand of a clock and no balancer meets a tombstone.
///
/// **Its share** is 1/64 of the memory (`-m`), for half of what is spent on the dead is the `Horizon`'s; of that,
/// tombstones fill seven eighths at most; the rest is what cleaning needs. Pages come as they are needed, a page at a
/// time: free ones, else beyond the limit, whereupon the balancer takes one back from the class where it hurts least.
/// They go when they are empty, but for the last. Where the share is less than a page, the page stands beside the
/// limit, for no more of it is ever touched than the share and some segments.
///
/// **The order is that of time**, so the log is the ledger, too: what is settled goes from its oldest end, and so does
/// what has no space. Tombstones from the peer come a little late; one that waits behind a newer one waits some
/// milliseconds.
///
/// **Only those that stand in the index count.** A key that is written again makes its tombstone stale, which is passed
/// over and its space used again. Where stale ones have tombstones in use among them, these are moved: a lock that is
/// taken and given back 60,000 times purges nothing. They are moved to a queue of their own, which is older than all of
/// the other, so their order stays. There they are also when a copy under way has still to tell them, and then do not
/// hold up the newer.
///
/// **What is kept for a partner** that may come back, though it has settled with the one that is there, is moved there,
/// too: until that one is back, is not expected any more, or there is no space.
///
/// **What has no space** is purged (`TombstoneLedger.purge`), the oldest first; while a copy is under way the oldest of
/// those that it need not tell. What is evicted when the log is full is purged itself: an eviction cannot clean, for it
/// holds locks. Deletes can: each does a few steps when it has let its lock go, so they do not outrun it.
///
/// **The entry** is an item's header and key, and behind them an extension where what was evicted had one: its
/// tombstone keeps the three stamps. It is as long as `ItemPointer.size` says. The order of the log is that of
/// `touched`.
///
/// **Locks.** The lock of class 0, inside of stripes' and other classes'. An entry's memory is constant while the index
/// leads to it, which changes only under its stripe's lock; `remove` is the last to touch it. Cleaning looks under the
/// log's lock, then takes the stripe's and looks again by way of the index: what does not stand there any more is not
/// its own.
final class TombstoneLog: @unchecked Sendable {
  struct Entry {
    let reference: UInt32
    let hash: UInt64
    /// Of its last change of any kind.
    let stamp: Stamp
  }

  static let segmentSize = 4096
  /// Segments that only cleaning may take.
  static let cleaningReserve = 2
  /// Fewer free ones than these, and cleaning begins.
  static let maxKeptFree = 16
  /// Stale ones passed under one hold of the lock: bounds the hold to some microseconds.
  static let maxPassed = 64

  let slabs: SlabAllocator
  let memory: ChunkMemory
  let hash: KeyHash
  let ledger: TombstoneLedger
  let mustNotEvict: Bool
  /// Bytes that tombstones may fill.
  let byteLimit: Int
  let segmentLimit: Int
  let pageLimit: Int
  let old: TombstoneQueue
  let recent: TombstoneQueue
  /// It needed a page more and got none.
  var lacksPage = false
  let needsCleaningWord = Atomic<Bool>(false)

  init(_ configuration: StoreConfiguration, slabs: SlabAllocator, hash: KeyHash, ledger: TombstoneLedger) {
    self.slabs = slabs
    self.hash = hash
    self.ledger = ledger
    memory = slabs.memory
    mustNotEvict = configuration.refusesWhenFull
    let share = configuration.tombstoneLimit ?? Self.share(configuration)
    let pages = share >> ChunkMemory.pageShift
    pageLimit = max(pages, 1)
    segmentLimit =
      pages > 0 ? pages * SlabAllocator.segmentsPerPage : share / Self.segmentSize + Self.maxKeptFree
    byteLimit = configuration.tombstoneLimit ?? (pages > 0 ? segmentLimit * Self.segmentSize : share) / 8 * 7
    recent = TombstoneQueue(number: 0, slabs: slabs)
    old = TombstoneQueue(number: 1, slabs: slabs)
  }

  /// Bytes of the memory that it may have; the filters of the `Horizon` have as many.
  static func share(_ configuration: StoreConfiguration) -> Int { configuration.memoryLimit / 64 }

  /// Tombstones that there may ever be.
  static func maxCount(_ configuration: StoreConfiguration) -> Int {
    (share(configuration) + ChunkMemory.pageSize) / ItemPointer.headerCount
  }

  // MARK: Of anybody

  var count: Int { withLock { recent.count + old.count } }
  /// Of the segments in use.
  var byteCount: Int { withLock { (recent.segmentCount + old.segmentCount) * Self.segmentSize } }

  /// Whether there are more than have space, or stale ones to be cleaned away. Looked at after every delete.
  var needsCleaning: Bool { needsCleaningWord.load(ordering: .relaxed) }

  // MARK: Under the stripe's lock of the key

  /// A tombstone that the index does not lead to yet; 0 where there is no space for one.
  ///
  /// - Parameter isEvicted: what is evicted leaves space for deletes.
  func append(_ key: Span<UInt8>, version: Version, isEvicted: Bool = false) -> UInt32 {
    slabs.lock(SlabAllocator.logClass)
    defer { slabs.unlock(SlabAllocator.logClass) }
    let size = memory.rounded(
      ItemPointer.size(keyCount: key.count, valueCount: 0, clientFlags: 0) + version.extensionCount)
    if isEvicted, counted > byteLimit + byteLimit / 2 { return 0 }
    let place = place(size, in: recent, leaving: isEvicted ? Self.maxKeptFree / 2 : Self.cleaningReserve)
    if place != 0 {
      let item = memory.item(place)
      item.setExpiresAt(0)
      item.setKey(key)
      item.setState(ItemState.tombstone)
      item.setValueCount(0, clientFlags: 0)
      item.setVersion(version)
      link(item, size, in: recent)
    }
    noteCleaning()
    return place
  }

  /// A copy of a tombstone in the queue of the old ones; 0 where there is no space.
  func move(_ reference: UInt32) -> UInt32 {
    slabs.lock(SlabAllocator.logClass)
    defer { slabs.unlock(SlabAllocator.logClass) }
    let item = memory.item(reference)
    let size = memory.rounded(item.size)
    let place = place(size, in: old, leaving: 0)
    if place == 0 { return 0 }
    let copy = memory.item(place)
    unsafe copyBytes(from: UnsafeRawBufferPointer(start: item.raw, count: item.size), to: copy.raw)
    link(copy, size, in: old)
    return place
  }

  /// The index leads to it no more.
  func remove(_ reference: UInt32) {
    slabs.lock(SlabAllocator.logClass)
    let item = memory.item(reference)
    let size = memory.rounded(item.size)
    // Not one call on whichever it is: that would count a reference.
    if item.slabClass == old.number { old.noteStale(size) } else { recent.noteStale(size) }
    item.setState(ItemState.allocated | ItemState.tombstone)
    slabs.unlock(SlabAllocator.logClass)
  }

  /// Under the stripe's lock: cleaning reads it under the log's.
  func restamp(_ item: ItemPointer, _ version: Version) {
    slabs.lock(SlabAllocator.logClass)
    item.setVersion(version)
    slabs.unlock(SlabAllocator.logClass)
  }

  // MARK: What is to be done

  enum Cleaning {
    case none
    /// Stale ones have been passed; there may be more.
    case passed
    /// It is settled, or has no space.
    case drop(Entry)
    case move(Entry)
  }

  /// The oldest tombstone, if it has settled. One that is kept for a partner that may come back is moved out of the
  /// way.
  func nextSettled(upTo settled: Stamp) -> Cleaning {
    withLock {
      let oldest = old.oldest(passing: Self.maxPassed, hash)
      switch oldest {
      case .beyond: return .passed
      case .found(let entry) where !ledger.isKeptForAbsent(entry.stamp):
        return entry.stamp <= settled ? .drop(entry) : .none
      case .found, .none: break
      }
      return Self.cleaning(recent.oldest(passing: Self.maxPassed, hash)) { entry in
        if entry.stamp > settled { return .none }
        return ledger.isKeptForAbsent(entry.stamp) ? .move(entry) : .drop(entry)
      }
    }
  }

  /// What frees space: the oldest that may be dropped, or one that stands among stale ones.
  func nextCleaning() -> Cleaning {
    withLock {
      defer { noteCleaning() }
      if lacksPage, freeSegments < Self.maxKeptFree, isWellFilled { _ = grow() }
      if isOverLimit { return nextOverLimit(ledger.keptForCopy) }
      guard isFragmented else { return .none }
      let queue = old.staleBytes > recent.staleBytes ? old : recent
      return Self.cleaning(queue.oldest(passing: Self.maxPassed, hash)) { .move($0) }
    }
  }

  private func nextOverLimit(_ kept: Stamp) -> Cleaning {
    switch old.oldest(passing: Self.maxPassed, hash) {
    case .beyond: return .passed
    case .found(let entry) where entry.stamp > kept: return .drop(entry)
    case .found, .none: break
    }
    return Self.cleaning(recent.oldest(passing: Self.maxPassed, hash)) { $0.stamp > kept ? .drop($0) : .move($0) }
  }

  private static func cleaning(_ oldest: TombstoneQueue.Oldest, _ body: (Entry) -> Cleaning) -> Cleaning {
    switch oldest {
    case .none: .none
    case .beyond: .passed
    case .found(let entry): body(entry)
    }
  }

  // MARK: For the audit

  func forEach(segment: (UInt32) -> Void, _ body: (UInt32) -> Void) {
    for queue in [old, recent] { queue.forEach(segment: segment, body) }
  }

  /// What the two queues count, together.
  var totals: (count: Int, bytes: Int) { (recent.count + old.count, recent.byteCount + old.byteCount) }
}
