import ItemStore

/// `stats items` and `stats slabs`: a class at a time, those that hold items, and those that have or had a page.
/// `total_malloced` counts pages that have been given back, too, as memcached's does.
///
/// memcached's `age` is that of the item it would evict next. Here that is the item before the hand of the clock, and
/// what is known of it is when it was last written: `age` and `evicted_time` are seconds since then.
extension Statistics {
  var items: [Line] {
    var lines = StatisticsLines()
    let now = context.moment()
    for slab in context.store.slabStatistics where slab.usedChunks > 0 { addItems(slab, now, to: &lines) }
    return lines.lines
  }

  private func addItems(_ slab: SlabClassStatistics, _ now: Moment, to lines: inout StatisticsLines) {
    let counters = slab.counters
    let add = { (lines: inout StatisticsLines, field: String, value: any CustomStringConvertible) in
      lines.add("items:\(slab.slabClass):\(field)", value.description)
    }
    add(&lines, "number", slab.usedChunks)
    for field in ["number_hot", "number_warm"] { add(&lines, field, 0) }
    add(&lines, "number_cold", slab.usedChunks)
    for field in ["age_hot", "age_warm"] { add(&lines, field, 0) }
    add(&lines, "age", context.store.evictionAge(slab.slabClass, at: now))
    add(&lines, "mem_requested", slab.requestedBytes)
    add(&lines, "evicted", counters.evicted)
    add(&lines, "evicted_nonzero", counters.evictedNonzero)
    add(&lines, "evicted_time", counters.evictedTime)
    add(&lines, "outofmemory", counters.outOfMemory)
    add(&lines, "tailrepairs", 0)
    add(&lines, "reclaimed", counters.reclaimed)
    add(&lines, "expired_unfetched", counters.expiredUnfetched)
    add(&lines, "evicted_unfetched", counters.evictedUnfetched)
    add(&lines, "evicted_active", counters.evictedActive)
    add(&lines, "crawler_reclaimed", counters.crawlerReclaimed)
    for field in ["crawler_items_checked", "lrutail_reflocked", "moves_to_cold", "moves_to_warm", "moves_within_lru"] {
      add(&lines, field, 0)
    }
    add(&lines, "direct_reclaims", counters.directReclaims)
    for field in ["hits_to_hot", "hits_to_warm", "hits_to_temp"] { add(&lines, field, 0) }
    add(&lines, "hits_to_cold", sum(.getHits, slab.slabClass))
  }

  var slabs: [Line] {
    var lines = StatisticsLines()
    let slabs = context.store.slabStatistics
    // What was counted of a class is shown also when its last page has gone back to the pool.
    for slab in slabs where slab.pageCount > 0 || sum(.cmdSet, slab.slabClass) > 0 { add(slab, to: &lines) }
    lines.add("active_slabs", slabs.count { $0.pageCount > 0 })
    lines.add("total_malloced", context.store.statistics.pagesTaken * (1 << 20))
    return lines.lines
  }

  private func add(_ slab: SlabClassStatistics, to lines: inout StatisticsLines) {
    let number = slab.slabClass
    let name = { (field: String) in "\(number):\(field)" }
    lines.add(name("chunk_size"), slab.chunkSize)
    lines.add(name("chunks_per_page"), slab.chunksPerPage)
    lines.add(name("total_pages"), slab.pageCount)
    lines.add(name("total_chunks"), slab.totalChunks)
    lines.add(name("used_chunks"), slab.usedChunks)
    lines.add(name("free_chunks"), slab.totalChunks - slab.usedChunks)
    lines.add(name("free_chunks_end"), slab.totalChunks - slab.carvedChunks)
    lines.add(name("get_hits"), sum(.getHits, number))
    lines.add(name("cmd_set"), sum(.cmdSet, number))
    lines.add(name("delete_hits"), sum(.deleteHits, number))
    lines.add(name("incr_hits"), sum(.incrHits, number))
    lines.add(name("decr_hits"), sum(.decrHits, number))
    lines.add(name("cas_hits"), sum(.casHits, number))
    lines.add(name("cas_badval"), sum(.casBadval, number))
    lines.add(name("touch_hits"), sum(.touchHits, number))
  }
}
