import EventLoop
import ItemStore
import Platform

/// `stats` without a group: every name of memcached's, in its order. What this server does not have (response objects,
/// a pool of read buffers, LRU segments, watchers) is the 0 that it is.
extension Statistics {
  var general: [Line] {
    var lines = StatisticsLines()
    addProcess(to: &lines)
    addPair(to: &lines)
    addConnections(to: &lines)
    addCommands(to: &lines)
    addTraffic(to: &lines)
    addStore(to: &lines)
    return lines.lines
  }

  private func addProcess(to lines: inout StatisticsLines) {
    let moment = context.moment()
    let cpu = SystemClock.processCPU()
    lines.add("pid", ProcessIdentity.pid)
    lines.add("uptime", moment.seconds - context.startedAt.seconds)
    lines.add("time", moment.unixMicroseconds / 1_000_000)
    lines.add("version", "\(Settings.version)")
    lines.add("libevent", EventLoop.libraryVersion)
    lines.add("pointer_size", MemoryLayout<Int>.size * 8)
    lines.add("rusage_user", Self.seconds(cpu.userMicroseconds))
    lines.add("rusage_system", Self.seconds(cpu.systemMicroseconds))
  }

  /// As repcached 2.x showed them. Without replication there is no role to tell.
  private func addPair(to lines: inout StatisticsLines) {
    let status = pairing.status
    if let status { lines.add("replication", "\(status.role)".uppercased()) }
    lines.add("repcached_version", "\(Settings.version)")
    if let status { lines.add("repcached_qi_free", max(0, status.queueRecordLimit - status.queueRecords)) }
  }

  private static func seconds(_ microseconds: UInt64) -> String {
    let fraction = String(microseconds % 1_000_000)
    return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
  }

  private func addConnections(to lines: inout StatisticsLines) {
    lines.add("max_connections", context.settings.maxConnections)
    lines.add("curr_connections", context.connectionCount)
    lines.add("total_connections", sum(.totalConnections))
    lines.add("rejected_connections", context.accepting.rejected.load(ordering: .relaxed))
    lines.add("connection_structures", context.connectionCount)
    lines.addZeros("response_obj_oom", "response_obj_count", "response_obj_bytes")
    lines.addZeros("read_buf_count", "read_buf_bytes", "read_buf_bytes_free", "read_buf_oom")
    lines.add("reserved_fds", context.settings.reservedDescriptors)
  }

  private func addCommands(to lines: inout StatisticsLines) {
    let hits = sum(.getHits)
    let touches = sum(.touchHits) + sum(.touchMisses)
    lines.add("cmd_get", hits + sum(.getMisses))
    lines.add("cmd_set", sum(.cmdSet))
    lines.add("cmd_flush", sum(.cmdFlush))
    lines.add("cmd_touch", touches)
    lines.add("cmd_meta", sum(.cmdMeta))
    lines.add("get_hits", hits)
    lines.add("get_misses", sum(.getMisses))
    lines.add("get_expired", sum(.getExpired))
    lines.add("get_flushed", sum(.getFlushed))
    lines.add("delete_misses", sum(.deleteMisses))
    lines.add("delete_hits", sum(.deleteHits))
    lines.add("incr_misses", sum(.incrMisses))
    lines.add("incr_hits", sum(.incrHits))
    lines.add("decr_misses", sum(.decrMisses))
    lines.add("decr_hits", sum(.decrHits))
    lines.add("cas_misses", sum(.casMisses))
    lines.add("cas_hits", sum(.casHits))
    lines.add("cas_badval", sum(.casBadval))
    lines.add("touch_hits", sum(.touchHits))
    lines.add("touch_misses", sum(.touchMisses))
    lines.add("store_too_large", sum(.storeTooLarge))
    lines.add("store_no_memory", sum(.storeNoMemory))
    lines.add("auth_cmds", sum(.authCommands))
    lines.add("auth_errors", sum(.authErrors))
  }

  private func addTraffic(to lines: inout StatisticsLines) {
    let accepting = context.accepting
    lines.add("bytes_read", sum(.bytesRead))
    lines.add("bytes_written", sum(.bytesWritten))
    lines.add("limit_maxbytes", context.settings.memoryLimit)
    lines.add("accepting_conns", flag: accepting.isAccepting.load(ordering: .relaxed))
    lines.add("listen_disabled_num", accepting.timesPaused.load(ordering: .relaxed))
    lines.add("time_in_listen_disabled_us", accepting.microsecondsPaused.load(ordering: .relaxed))
    lines.add("threads", context.settings.threads)
    lines.add("conn_yields", sum(.connectionYields))
  }

  private func addPageMoves(to lines: inout StatisticsLines) {
    let moves = context.store.pageMoves
    lines.add("slab_reassign_rescues", moves.rescues)
    lines.add("slab_reassign_chunk_rescues", moves.chunkRescues)
    lines.add("slab_reassign_evictions_nomem", moves.evictions)
    lines.add("slab_reassign_inline_reclaim", moves.inlineReclaims)
    lines.add("slab_reassign_busy_items", moves.busyItems)
    lines.addZeros("slab_reassign_busy_deletes")
    lines.add("slab_reassign_busy_nomem", moves.withoutFreeChunk)
    lines.add("slab_reassign_running", flag: context.store.isMovingPage)
    lines.add("slabs_moved", moves.pages)
  }

  private func addStore(to lines: inout StatisticsLines) {
    let store = context.store.statistics
    let classes = context.store.slabStatistics
    let total = { (path: KeyPath<SlabClassCounters, UInt64>) in
      classes.reduce(UInt64(0)) { $0 + $1.counters[keyPath: path] }
    }
    lines.add("hash_power_level", store.bucketPower)
    lines.add("hash_bytes", store.indexBytes)
    lines.add("hash_is_expanding", flag: store.isIndexGrowing)
    addPageMoves(to: &lines)
    lines.add("lru_crawler_running", flag: context.store.isCrawling)
    lines.add("lru_crawler_starts", context.store.crawlStarts)
    lines.addZeros("lru_maintainer_juggles")
    lines.add("malloc_fails", total(\.outOfMemory))
    lines.addZeros(
      "log_worker_dropped", "log_worker_written", "log_watcher_skipped", "log_watcher_sent", "log_watchers")
    lines.add("log_lines_dropped", context.droppedLogLines())
    lines.add("bytes", store.itemBytes)
    lines.add("curr_items", store.itemCount)
    lines.add("total_items", sum(.totalItems))
    lines.add("slab_global_page_pool", store.pagesFree)
    lines.add("expired_unfetched", total(\.expiredUnfetched))
    lines.add("evicted_unfetched", total(\.evictedUnfetched))
    lines.add("evicted_active", total(\.evictedActive))
    lines.add("evictions", total(\.evicted))
    lines.add("reclaimed", total(\.reclaimed))
    lines.add("crawler_reclaimed", total(\.crawlerReclaimed))
    lines.add("crawler_items_checked", context.store.crawledItems)
    lines.add("longest_background_hold_us", context.store.holds.maxMicroseconds)
    lines.add("longest_background_hold_cpu_us", context.store.holds.maxWorkMicroseconds)
    lines.addZeros("lrutail_reflocked", "moves_to_cold", "moves_to_warm", "moves_within_lru")
    lines.add("direct_reclaims", total(\.directReclaims))
    lines.addZeros("lru_bumps_dropped")
  }
}
