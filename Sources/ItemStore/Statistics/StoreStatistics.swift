/// What the store counts, and how it begins anew.
extension ItemStore {
  package var statistics: StoreStatistics {
    let totals = index.totals
    let pages = slabs.pageCounts
    return StoreStatistics(
      itemCount: totals.items, itemBytes: totals.bytes, bucketPower: index.bucketPower, indexBytes: index.byteCount,
      isIndexGrowing: index.isGrowing(itemCount: totals.items + tombstoneLog.count), pagesInUse: pages.used,
      pagesFree: pages.free, pagesTaken: slabs.residentPages, movedPages: movedPages)
  }

  /// Classes that have pages or ever had an item, in order of size.
  package var slabStatistics: [SlabClassStatistics] {
    (1...slabs.classCount).map { slabs.snapshot(UInt8($0)) }
  }

  package func resetCounters() {
    slabs.resetCounters()
    pageMover.balancer.counters.reset()
    holds.reset()
    crawler.resetCounters()
  }

  package var tombstoneCount: Int { tombstoneLog.count }
  /// Bytes of memory that tombstones have.
  package var tombstoneBytes: Int { tombstoneLog.byteCount }

  /// Seconds since the item was written that the class's hands come to next; 0 where there is none that tells.
  package func evictionAge(_ slabClass: Int, at moment: Moment) -> UInt64 {
    evictor.age(slabClass, at: moment)
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
  /// In use or free, but not those never used, nor those whose memory the system has again.
  package let pagesTaken: Int
  package let movedPages: UInt64
}
