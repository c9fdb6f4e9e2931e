import ItemStore

/// `stats items` and `stats slabs`: a class at a time, those that hold a page.
extension Statistics {
  var items: [Line] {
    var lines = StatisticsLines()
    for slab in context.store.slabStatistics where slab.pageCount > 0 {
      let name = { (field: String) in "items:\(slab.slabClass):\(field)" }
      lines.add(name("number"), slab.usedChunks)
      lines.add(name("mem_requested"), slab.requestedBytes)
      lines.add(name("evicted"), slab.counters.evicted)
      lines.add(name("evicted_nonzero"), slab.counters.evictedNonzero)
      lines.add(name("outofmemory"), slab.counters.outOfMemory)
      lines.add(name("reclaimed"), slab.counters.reclaimed)
      lines.add(name("expired_unfetched"), slab.counters.expiredUnfetched)
      lines.add(name("evicted_unfetched"), slab.counters.evictedUnfetched)
      lines.add(name("evicted_active"), slab.counters.evictedActive)
      lines.add(name("crawler_reclaimed"), slab.counters.crawlerReclaimed)
    }
    return lines.lines
  }

  var slabs: [Line] {
    var lines = StatisticsLines()
    let slabs = context.store.slabStatistics.filter { $0.pageCount > 0 }
    for slab in slabs { add(slab, to: &lines) }
    lines.add("active_slabs", slabs.count)
    lines.add("total_malloced", slabs.reduce(0) { $0 + $1.pageCount } * (1 << 20))
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
