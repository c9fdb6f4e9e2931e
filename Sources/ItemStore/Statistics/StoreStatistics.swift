/// What the store counts, and how it begins anew.
extension ItemStore {
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
