import Testing

@testable import CacheServer

@Suite("stats")
struct ServerMetricsTests {
  /// Of memcached 1.6.45, in its order; where it has neither -o idle_timeout nor -Z.
  static let names = """
    pid uptime time version libevent pointer_size rusage_user rusage_system max_connections curr_connections \
    total_connections rejected_connections connection_structures response_obj_oom response_obj_count response_obj_bytes \
    read_buf_count read_buf_bytes read_buf_bytes_free read_buf_oom reserved_fds cmd_get cmd_set cmd_flush cmd_touch cmd_meta \
    get_hits get_misses get_expired get_flushed delete_misses delete_hits incr_misses incr_hits decr_misses decr_hits \
    cas_misses cas_hits cas_badval touch_hits touch_misses store_too_large store_no_memory auth_cmds auth_errors bytes_read \
    bytes_written limit_maxbytes accepting_conns listen_disabled_num time_in_listen_disabled_us threads conn_yields \
    hash_power_level hash_bytes hash_is_expanding slab_reassign_rescues slab_reassign_chunk_rescues \
    slab_reassign_inline_reclaim slab_reassign_busy_items slab_reassign_busy_deletes slab_reassign_busy_nomem \
    slab_reassign_last_busy_status slab_reassign_running slabs_moved lru_crawler_running lru_crawler_starts \
    lru_maintainer_juggles malloc_fails log_worker_dropped log_worker_written log_watcher_skipped log_watcher_sent \
    log_watchers unexpected_napi_ids round_robin_fallback bytes curr_items total_items slab_global_page_pool \
    expired_unfetched evicted_unfetched evicted_active evictions reclaimed crawler_reclaimed crawler_items_checked \
    lrutail_reflocked moves_to_cold moves_to_warm moves_within_lru direct_reclaims lru_bumps_dropped
    """.split(separator: " ").map(String.init)

  /// Behind them. Where there is a pair, `replication` and `repcached_qi_free` stand beside the version.
  static let ownNames = """
    repcached_version log_lines_dropped slab_reassign_evictions_nomem longest_background_hold_us longest_background_hold_cpu_us
    """.split(separator: " ").map(String.init)

  @Test("stats gives every name of memcached's, in its order, and then its own") func names() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    #expect(client.statistics("").map(\.name) == Self.names + Self.ownNames)
  }

  @Test("stats tells how many log lines were not written") func droppedLogLines() throws {
    let context = try ServerContext(settings: Settings(), droppedLogLines: { 17 }) { _ in }
    let statistics = Statistics(context: context, counters: [], pairing: Pairing(context: context))
    #expect(statistics.lines("")?.first { $0.name == "log_lines_dropped" }?.value == "17")
  }

  @Test("Each command counts where it should") func counters() throws {
    let rig = try WorkerRig { $0.memoryLimit = 8 << 20 }
    let client = try rig.client()
    let script = """
      set a 0 0 1|1|set n 0 0 1|5|get a|get a none|gets none|delete a|delete a|incr n 1|incr none 1|decr n 1|decr none 1|\
      cas none 0 0 1 1|1|cas n 0 0 1 1|1|touch n 0|touch none 0|gat 0 n none|set e 0 -1 1|1|get e|set z 0 0 1|1|\
      flush_all|get z|set t 0 0 9999999|
      """
    _ = client.ask(script.replacing("|", with: "\r\n") + String(repeating: "x", count: 9_999_999) + "\r\n")
    let values = client.values("")
    let expected = [
      "cmd_set": "6", "get_hits": "2", "get_misses": "4", "cmd_get": "6", "get_expired": "1", "get_flushed": "1",
      "delete_hits": "1", "delete_misses": "1", "incr_hits": "1", "incr_misses": "1", "decr_hits": "1",
      "decr_misses": "1", "cas_misses": "1", "cas_badval": "1", "cas_hits": "0", "cmd_touch": "4", "touch_hits": "2",
      "touch_misses": "2", "cmd_flush": "1", "store_too_large": "1", "total_items": "4", "curr_items": "1",
      "curr_connections": "1", "total_connections": "1", "max_connections": "1024", "limit_maxbytes": "\(8 << 20)",
      "threads": "4", "accepting_conns": "1", "version": "\(Settings.version)",
      "repcached_version": "\(Settings.version)", "pointer_size": "64",
    ]
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
    #expect(UInt64(values["bytes_read"] ?? "") ?? 0 >= 9_999_999 + UInt64(script.utf8.count))
  }

  @Test("stats reset begins the counters anew and leaves what is held") func reset() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask("set a 0 0 1\r\nx\r\nget a\r\nget b\r\n")
    #expect(client.ask("stats reset\r\n") == "RESET\r\n")
    let values = client.values("")
    for name in ["cmd_get", "get_hits", "get_misses", "cmd_set", "total_items", "total_connections"] {
      #expect(values[name] == "0", "\(name)")
    }
    #expect(values["curr_items"] == "1")
    #expect(values["curr_connections"] == "1")
  }

  @Test("A client that asks for statistics without reading them holds one answer's memory") func unread() throws {
    let rig = try WorkerRig { $0.requestsPerTurn = 100_000 }
    let client = try rig.client(sendBuffer: 1)
    client.send("stats detail on\r\n")
    for number in 0..<2_000 { client.send("get prefix\(number):x\r\n") }
    client.readAll()
    _ = client.take()
    let one = client.ask("stats detail dump\r\n").utf8.count
    client.send(String(repeating: "stats detail dump\r\n", count: 200))
    let written = rig.counters[.bytesWritten]
    #expect(written < 400_000)
    client.readAll()
    #expect(client.take().count == 200 * one)
  }
}

extension RigClient {
  func statistics(_ group: String) -> [(name: String, value: String)] {
    ask("stats \(group)\r\n").split(separator: "\r\n").dropLast().map { line in
      let words = line.split(separator: " ", maxSplits: 2)
      return (String(words[1]), String(words[2]))
    }
  }

  func values(_ group: String) -> [String: String] {
    Dictionary(statistics(group).map { ($0.name, $0.value) }, uniquingKeysWith: { "\($0), \($1)" })
  }
}
