import ItemStore

/// Of the store: the last lines of `stats`.
enum StoreMetrics {
  /// The store at one moment.
  struct Source {
    let store: ItemStore
    let totals: StoreStatistics
    let moves: PageMoves
    let classes: [SlabClassStatistics]
    let context: ServerContext
    let itemsStored: UInt64
    let watched: WatchLog.Counts

    init(_ context: ServerContext, _ counters: CounterSnapshot) {
      self.context = context
      store = context.store
      (totals, moves, classes) = (store.statistics, store.pageMoves, store.slabStatistics)
      itemsStored = counters.sum(.totalItems)
      watched = context.watch.values
    }

    func sum(_ counter: KeyPath<SlabClassCounters, UInt64>) -> UInt64 {
      classes.reduce(0) { $0 + $1.counters[keyPath: counter] }
    }
  }

  static let table = index + pages + work + items

  private static let index: [Metric<Source>] = [
    .gauge("hash_power_level", "bits of the greatest bucket's number") { $0.totals.bucketPower },
    .gauge("hash_bytes", in: .bytes, "memory of the index") { $0.totals.indexBytes },
    .state("hash_is_expanding", "the index grows") { $0.totals.isIndexGrowing },
  ]

  private static let pages: [Metric<Source>] = [
    .counter("slab_reassign_rescues", "items moved to empty a page") { $0.moves.rescues },
    .counter("slab_reassign_chunk_rescues", "chunks of chained items moved to empty a page") { $0.moves.chunkRescues },
    .counter("slab_reassign_inline_reclaim", "dead items met while a page was emptied") { $0.moves.inlineReclaims },
    .counter("slab_reassign_busy_items", "items in use met while a page was emptied") { $0.moves.busyItems },
    .absent("slab_reassign_busy_deletes"),
    .counter("slab_reassign_busy_nomem", "items for which there was no other place") { $0.moves.withoutFreeChunk },
    .absent("slab_reassign_last_busy_status", .text("none")),
    .state("slab_reassign_running", "a page is emptied") { $0.store.isMovingPage },
    .counter("slabs_moved", "pages moved to another class or to the pool") { $0.moves.pages },
  ]

  private static let work: [Metric<Source>] = [
    .state("lru_crawler_running", "the crawler has more to do") { $0.store.isCrawling },
    .counter("lru_crawler_starts", "crawls begun") { $0.store.crawlStarts },
    .absent("lru_maintainer_juggles"),
    .counter("malloc_fails", "chunks that could not be had") { $0.sum(\.outOfMemory) },
    .absent("log_worker_dropped"),
    .counter("log_worker_written", "lines made for who watches") { $0.watched.written },
    .counter("log_watcher_skipped", "of these, lines that one who watches had no room for") { $0.watched.skipped },
    .counter("log_watcher_sent", "lines given to one who watches") { $0.watched.sent },
    .gauge("log_watchers", "connections that watch") { $0.watched.watchers },
    .absent("unexpected_napi_ids"), .absent("round_robin_fallback"),
  ]

  private static let items: [Metric<Source>] = [
    .gauge("bytes", in: .bytes, "items that are held") { $0.totals.itemBytes },
    .gauge("curr_items", "items that are held") { $0.totals.itemCount },
    .counter("total_items", "items stored") { $0.itemsStored },
    .gauge("slab_global_page_pool", "pages that belong to no class") { $0.totals.pagesFree },
    .counter("expired_unfetched", "items expired that were never asked for") { $0.sum(\.expiredUnfetched) },
    .counter("evicted_unfetched", "items evicted that were never asked for") { $0.sum(\.evictedUnfetched) },
    .counter("evicted_active", "items evicted that were asked for lately") { $0.sum(\.evictedActive) },
    .counter("evictions", "items evicted") { $0.sum(\.evicted) },
    .counter("reclaimed", "expired and flushed items whose memory was taken") { $0.sum(\.reclaimed) },
    .counter("crawler_reclaimed", "of these, by the crawler") { $0.sum(\.crawlerReclaimed) },
    .counter("crawler_items_checked", "items that the crawler looked at") { $0.store.crawledItems },
    .absent("lrutail_reflocked"), .absent("moves_to_cold"), .absent("moves_to_warm"), .absent("moves_within_lru"),
    .counter("direct_reclaims", "chunks that a writer had to free") { $0.sum(\.directReclaims) },
    .absent("lru_bumps_dropped"),
  ]

  /// What memcached does not tell.
  static let others: [Metric<Source>] = [
    .counter("log_lines_dropped", "log lines that were not written") { $0.context.droppedLogLines() },
    .counter("slab_reassign_evictions_nomem", "items evicted to empty a page") { $0.moves.evictions },
    .gauge("longest_background_hold_us", in: .microseconds, "longest hold of a lock by work in the background") {
      $0.store.holds.maxMicroseconds
    },
    .gauge("longest_background_hold_cpu_us", in: .microseconds, "most processor time of one such hold") {
      $0.store.holds.maxWorkMicroseconds
    },
  ]
}
