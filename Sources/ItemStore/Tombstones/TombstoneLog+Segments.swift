import Synchronization

/// Segments for the log, and when there are too few of them. All under its lock.
extension TombstoneLog {
  func withLock<Result>(_ body: () -> Result) -> Result {
    slabs.lock(SlabAllocator.logClass)
    defer { slabs.unlock(SlabAllocator.logClass) }
    return body()
  }

  /// Makes it one that stands in the index.
  func link(_ item: ItemPointer, _ size: Int, in queue: TombstoneQueue) {
    item.slabClass = queue.number
    item.setState(ItemState.allocated | ItemState.tombstone | ItemState.linked)
    queue.noteAdded(size)
  }

  func place(_ size: Int, in queue: TombstoneQueue, leaving reserve: Int) -> UInt32 {
    let place = queue.place(size)
    if place != 0 { return place }
    let segment = takeSegment(leaving: reserve)
    if segment == 0 { return 0 }
    queue.append(segment)
    return queue.place(size)
  }

  private func takeSegment(leaving reserve: Int) -> UInt32 {
    if freeSegments <= reserve {
      _ = recent.oldest(passing: 2 * Self.maxPassed, hash)
      _ = old.oldest(passing: Self.maxPassed, hash)
    }
    if freeSegments <= reserve, !grow() { return 0 }
    return slabs.takeSegment()
  }

  /// False where no page is to be had now.
  func grow() -> Bool {
    let pages = pageCount
    if pages == pageLimit { return false }
    lacksPage = !slabs.addLogPage(
      isUrgent: pages == 0 || mustNotEvict, isBeside: byteLimit < ChunkMemory.pageSize / 8 * 7)
    return !lacksPage
  }

  private var pageCount: Int { slabs.segmentCounts.total / SlabAllocator.segmentsPerPage }

  private var capacity: Int { min(slabs.segmentCounts.total, segmentLimit) }
  var freeSegments: Int { capacity - slabs.segmentCounts.used }

  /// Bytes of those that count: not of those put aside for a copy under way.
  var counted: Int { recent.byteCount + (ledger.keptForCopy == .zero ? old.byteCount : 0) }

  private var filled: Int { recent.byteCount + old.byteCount }

  /// There are more than may be, or those that do not count have filled what there is.
  var isOverLimit: Bool {
    if counted > byteLimit { return true }
    return freeSegments < Self.maxKeptFree && !mayGrow && filled > capacity * Self.segmentSize / 8 * 7
  }

  /// There is little space, and stale ones have much of it. A log that is more than three quarters in use grows rather.
  var isFragmented: Bool {
    if freeSegments >= Self.maxKeptFree { return false }
    if mayGrow, isWellFilled { return false }
    return recent.staleBytes + old.staleBytes > max(4, capacity / 16) * Self.segmentSize
  }

  var isWellFilled: Bool { filled > capacity * Self.segmentSize / 4 * 3 }

  /// Not where it was refused a page.
  private var mayGrow: Bool { !lacksPage && pageCount < pageLimit }

  func noteCleaning() {
    let needsCleaning = isOverLimit || isFragmented
    if needsCleaning != self.needsCleaning { needsCleaningWord.store(needsCleaning, ordering: .relaxed) }
  }
}
