/// What the maintenance thread does for the store, in steps that hold no lock for more than some microseconds.
extension ItemStore {
  /// Grows the index by up to so many buckets if it is too full. Returns whether there is more to do at once.
  package func growIndex(buckets: Int) throws(StoreError) -> Bool {
    try index.grow(itemCount: index.totals.items + tombstoneLog.count, buckets: buckets)
  }

  /// Visits whatever is held in some buckets: live, dead and tombstones alike, each under its stripe's lock; false when the
  /// walk has ended. What is there from the first step to the last is visited at least once, growth or not.
  package func walk(_ cursor: inout WalkCursor, buckets: Int, _ body: (borrowing ItemView) -> Void) -> Bool {
    for _ in 0..<buckets {
      let more = index.walkStep(&cursor) { body(ItemView($0.reference, in: memory)) }
      if !more { return false }
    }
    return true
  }

  /// Steps that a whole walk takes.
  package var walkLength: Int { index.walkLength }
  /// What a step adds to the cursor's place, at most, from now on.
  package var widestPlace: UInt64 { index.widestPlace }

  // MARK: Statistics

  package var statistics: StoreStatistics {
    let totals = index.totals
    let pages = slabs.pageCounts
    return StoreStatistics(
      itemCount: totals.items, itemBytes: totals.bytes, bucketPower: index.bucketPower, indexBytes: index.byteCount,
      isIndexGrowing: index.isGrowing(itemCount: totals.items + tombstoneLog.count), pagesInUse: pages.used,
      pagesFree: pages.free, pagesTaken: pages.taken, movedPages: movedPages)
  }

  /// Classes that have pages or ever had an item, in order of size.
  package var slabStatistics: [SlabClassStatistics] {
    (1...slabs.classCount).map { slabs.snapshot(UInt8($0)) }
  }

  package var pageMoves: PageMoves { balancer.counters.values }

  package func resetCounters() {
    slabs.resetCounters()
    balancer.counters.reset()
    holds.reset()
    crawledWord.store(0, ordering: .relaxed)
    crawlStartsWord.store(0, ordering: .relaxed)
  }

  package var chunkSizes: [Int] { slabs.sizes.sizes }
}

/// The store as a whole at one moment.
package struct StoreStatistics: Sendable {
  package let itemCount: Int
  package let itemBytes: Int
  package let bucketPower: Int
  package let indexBytes: Int
  package let isIndexGrowing: Bool
  package let pagesInUse: Int
  package let pagesFree: Int
  /// In use, or given back: pages never used are not among them.
  package let pagesTaken: Int
  package let movedPages: UInt64
}
