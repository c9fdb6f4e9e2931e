import ItemStore

/// Of each slab class: `stats items` tells of those that hold items, `stats slabs` of those that have or had a page.
///
/// memcached's `age` is that of the item it would evict next. Here that is the item before the hand of the clock, and
/// what is known of it is when it was last written: `age` and `evicted_time` are seconds since then.
enum SlabMetrics {
  /// One class at one moment.
  struct Source {
    let slab: SlabClassStatistics
    let now: Moment
    let requests: CounterSnapshot

    var counters: SlabClassCounters { slab.counters }
    func sum(_ counter: ClassCounter) -> UInt64 { requests.sum(counter, slab.slabClass) }
  }

  static let items: [Metric<Source>] = [
    .gauge("number", "items") { $0.slab.usedChunks },
    .absent("number_hot"), .absent("number_warm"),
    .gauge("number_cold", "items") { $0.slab.usedChunks },
    .absent("age_hot"), .absent("age_warm"),
    .gauge("age", in: .seconds, "since what goes next was written") {
      $0.requests.context.store.evictionAge($0.slab.slabClass, at: $0.now)
    },
    .gauge("mem_requested", in: .bytes, "items without the rest of their chunks") { $0.slab.requestedBytes },
    .counter("evicted", "items evicted") { $0.counters.evicted },
    .counter("evicted_nonzero", "of these, items with a time to live") { $0.counters.evictedNonzero },
    .gauge("evicted_time", in: .seconds, "since what was evicted last was written") { $0.counters.evictedTime },
    .counter("outofmemory", "chunks that could not be had") { $0.counters.outOfMemory },
    .absent("tailrepairs"),
    .counter("reclaimed", "expired and flushed items whose memory was taken") { $0.counters.reclaimed },
    .counter("expired_unfetched", "items expired that were never asked for") { $0.counters.expiredUnfetched },
    .counter("evicted_unfetched", "items evicted that were never asked for") { $0.counters.evictedUnfetched },
    .counter("evicted_active", "items evicted that were asked for lately") { $0.counters.evictedActive },
    .counter("crawler_reclaimed", "dead items that the crawler took") { $0.counters.crawlerReclaimed },
    .absent("crawler_items_checked"), .absent("lrutail_reflocked"), .absent("moves_to_cold"), .absent("moves_to_warm"),
    .absent("moves_within_lru"),
    .counter("direct_reclaims", "chunks that a writer had to free") { $0.counters.directReclaims },
    .absent("hits_to_hot"), .absent("hits_to_warm"),
    .counter("hits_to_cold", "keys asked for and found") { $0.sum(.getHits) },
    .absent("hits_to_temp"),
  ]

  static let slabs: [Metric<Source>] = [
    .gauge("chunk_size", in: .bytes, "of a chunk") { $0.slab.chunkSize },
    .gauge("chunks_per_page", "chunks of a page") { $0.slab.chunksPerPage },
    .gauge("total_pages", "pages") { $0.slab.pageCount },
    .gauge("total_chunks", "chunks") { $0.slab.totalChunks },
    .gauge("used_chunks", "chunks in use") { $0.slab.usedChunks },
    .gauge("free_chunks", "chunks not in use") { $0.slab.totalChunks - $0.slab.usedChunks },
    .gauge("free_chunks_end", "chunks never used") { $0.slab.totalChunks - $0.slab.carvedChunks },
    .counter("get_hits", "keys asked for and found") { $0.sum(.getHits) },
    .counter("cmd_set", "storage commands") { $0.sum(.cmdSet) },
    .counter("delete_hits", "delete") { $0.sum(.deleteHits) },
    .counter("incr_hits", "incr") { $0.sum(.incrHits) },
    .counter("decr_hits", "decr") { $0.sum(.decrHits) },
    .counter("cas_hits", "cas that stored") { $0.sum(.casHits) },
    .counter("cas_badval", "cas of what had been changed") { $0.sum(.casBadval) },
    .counter("touch_hits", "touch, and keys of gat, found") { $0.sum(.touchHits) },
  ]

  /// Of all classes: the last lines of `stats slabs`.
  static let totals: [Metric<ItemStore>] = [
    .gauge("active_slabs", "classes that have pages") { $0.slabStatistics.count { $0.pageCount > 0 } },
    // As memcached's: pages that have been given back count, too.
    .counter("total_malloced", in: .bytes, "pages taken") { $0.statistics.pagesTaken * (1 << 20) },
  ]
}
