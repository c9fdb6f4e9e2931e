import Testing

/// What monitors read: names, their order and their shape.
@Suite("Statistics")
struct StatisticsTests {
  let rig = Rig()

  /// In the order of memcached 1.6. What a daemon has not is left out; what it has stands in this order.
  static let names = """
    pid uptime time version libevent pointer_size rusage_user rusage_system max_connections curr_connections \
    total_connections rejected_connections connection_structures response_obj_oom response_obj_count response_obj_bytes \
    read_buf_count read_buf_bytes read_buf_bytes_free read_buf_oom reserved_fds cmd_get cmd_set cmd_flush cmd_touch \
    cmd_meta get_hits get_misses get_expired get_flushed delete_misses delete_hits incr_misses incr_hits decr_misses \
    decr_hits cas_misses cas_hits cas_badval touch_hits touch_misses store_too_large store_no_memory auth_cmds auth_errors \
    bytes_read bytes_written limit_maxbytes accepting_conns listen_disabled_num time_in_listen_disabled_us threads \
    conn_yields hash_power_level hash_bytes hash_is_expanding bytes curr_items total_items slab_global_page_pool \
    expired_unfetched evicted_unfetched evicted_active evictions reclaimed crawler_reclaimed crawler_items_checked \
    lrutail_reflocked moves_to_cold moves_to_warm moves_within_lru direct_reclaims lru_bumps_dropped
    """.split(separator: " ").map(String.init)

  /// Those that every exporter and dashboard reads.
  static let needed = [
    "pid", "uptime", "time", "version", "pointer_size", "rusage_user", "rusage_system", "max_connections",
    "curr_connections", "total_connections", "cmd_get", "cmd_set", "cmd_flush", "cmd_touch", "get_hits", "get_misses",
    "delete_misses", "delete_hits", "incr_misses", "incr_hits", "decr_misses", "decr_hits", "cas_misses", "cas_hits",
    "cas_badval", "touch_hits", "touch_misses", "bytes_read", "bytes_written", "limit_maxbytes", "accepting_conns",
    "listen_disabled_num", "threads", "hash_bytes", "bytes", "curr_items", "total_items", "evictions", "reclaimed",
  ]

  private func dictionary(_ client: Client, _ topic: String = "") throws -> [String: String] {
    Dictionary(try client.statistics(topic).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  @Test("stats names what monitors read, in memcached's order") func generalNames() throws {
    let client = try rig.daemon().client()
    let names = try client.statistics().map(\.name)
    for name in Self.needed { #expect(names.contains(name), "\(name) is missing") }
    #expect(Set(names).count == names.count, "a name stands twice")
    let known = names.filter(Set(Self.names).contains)
    #expect(known == Self.names.filter(Set(known).contains))
  }

  @Test("stats replication has its names, in this order", .enabled(if: Executable.isRepcached))
  func replicationNames() throws {
    let pair = try Pair(rig)
    let names = """
      role state peer wanted_peer peer_protocol link_up_seconds sent acknowledged received applied ignored_older conflicts \
      queue_records queue_bytes lag_us copies_full copies_partial copies_resumed copied_items stream_overflows \
      tombstones tombstone_bytes horizon_raised clock_offset_ms repl_ack_timeouts repl_ack_refused refused_peers \
      refused_values values_without_room bytes_sent bytes_received last_warning
      """.split(separator: " ").map(String.init)
    for daemon in [pair.a, pair.b] {
      let lines = try daemon.client().statistics("replication")
      #expect(lines.map(\.name) == names)
      for (name, value) in lines where !["role", "state", "peer", "wanted_peer", "last_warning"].contains(name) {
        #expect(Int64(value) != nil, "\(name) is \(value)")
      }
    }
    let general = try dictionary(try pair.a.client())
    #expect(general["replication"] == "MASTER" && general["repcached_version"] == Executable.version)
    #expect(try settled(on: "\(1 << 20)") { try pair.a.client().statistic("repcached_qi_free") } == "\(1 << 20)")
  }

  @Test("stats answers its numbers as numbers") func generalShapes() throws {
    let daemon = try rig.daemon()
    let values = try dictionary(try daemon.client())
    #expect(values["pid"] == "\(daemon.pid)")
    #expect(values["pointer_size"] == "64")
    #expect(values["version"] == (Executable.isMemcached ? "1.6.18" : Executable.version))
    #expect(values["limit_maxbytes"] == "\(64 << 20)")
    #expect(values["max_connections"] == "1024")
    #expect(values["threads"] == "4")
    let texts: Set = [
      "version", "libevent", "replication", "repcached_version", "rusage_user", "rusage_system",
      "slab_reassign_last_busy_status",
    ]
    for (name, value) in values where !texts.contains(name) {
      #expect(UInt64(value) != nil, "\(name) is \(value)")
    }
    for name in ["rusage_user", "rusage_system"] {
      let parts = (values[name] ?? "").split(separator: ".")
      #expect(
        parts.count == 2 && parts[1].count == 6 && Double(values[name] ?? "") != nil,
        "\(name) is \(values[name] ?? "none")")
    }
  }

  @Test("Each command counts where it should") func counters() throws {
    let client = try rig.daemon().client()
    let before = try dictionary(client)
    let script = """
      set a 0 0 1|1|set n 0 0 1|5|get a|get a none|gets none|delete a|delete a|incr n 1|incr none 1|decr n 1|decr none 1|\
      cas none 0 0 1 1|1|cas n 0 0 1 1|1|touch n 0|touch none 0|gat 0 n|flush_all|set z 0 0 1|1
      """
    try client.send(script.replacing("|", with: "\r\n") + "\r\nversion\r\n")
    while !(try client.line().hasPrefix("VERSION")) {}
    let after = try dictionary(client)
    func grown(_ name: String) -> Int { (Int(after[name] ?? "") ?? -1) - (Int(before[name] ?? "") ?? 0) }
    let expected = [
      "cmd_set": 5, "get_hits": 2, "get_misses": 2, "cmd_get": 4, "delete_hits": 1, "delete_misses": 1, "incr_hits": 1,
      "incr_misses": 1, "decr_hits": 1, "decr_misses": 1, "cas_misses": 1, "cas_badval": 1, "cas_hits": 0,
      "cmd_touch": 3, "touch_hits": 2, "touch_misses": 1, "cmd_flush": 1,
    ]
    for (name, count) in expected { #expect(grown(name) == count, "\(name) grew by \(grown(name)), not \(count)") }
    #expect(grown("bytes_read") >= script.utf8.count)
    #expect(grown("bytes_written") > 100)
  }

  @Test("curr_items and bytes follow what is stored, total_items only grows") func contents() throws {
    let client = try rig.daemon().client()
    for key in 0..<100 { _ = try client.store("set", "k\(key)", String(repeating: "v", count: 1_000)) }
    var values = try dictionary(client)
    #expect(values["curr_items"] == "100")
    #expect(Int(values["bytes"] ?? "") ?? 0 >= 100_000)
    #expect(Int(values["total_items"] ?? "") ?? 0 >= 100)
    for key in 0..<50 { _ = try client.command("delete k\(key)") }
    values = try dictionary(client)
    #expect(values["curr_items"] == "50")
    #expect(Int(values["bytes"] ?? "") ?? 0 < 60 * 1_200)
  }

  @Test("stats settings names what memcached's does") func settings() throws {
    let client = try rig.daemon("-m", "100", "-c", "200", "-f", "1.5", "-t", "3", "-I", "2m").client()
    let names = try client.statistics("settings").map(\.name)
    let wanted = [
      "maxbytes", "maxconns", "tcpport", "udpport", "inter", "verbosity", "oldest", "evictions", "domain_socket",
      "umask",
      "growth_factor", "chunk_size", "num_threads", "stat_key_prefix", "detail_enabled", "reqs_per_event",
      "cas_enabled",
      "tcp_backlog", "binding_protocol", "auth_enabled_sasl", "item_size_max", "maxconns_fast", "hashpower_init",
    ]
    for name in wanted { #expect(names.contains(name), "\(name) is missing") }
    #expect(names.filter(Set(wanted).contains) == wanted, "their order")
    let values = try dictionary(client, "settings")
    let expected = [
      "maxbytes": "\(100 << 20)", "maxconns": "200", "growth_factor": "1.50", "num_threads": "3", "inter": "127.0.0.1",
      "item_size_max": "\(2 << 20)", "udpport": "0", "verbosity": "1", "evictions": "on", "cas_enabled": "yes",
      "domain_socket": "NULL", "umask": "700", "reqs_per_event": "20", "tcp_backlog": "1024",
    ]
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
  }

  @Test("stats items tells of each class that holds items") func items() throws {
    let client = try rig.daemon().client()
    #expect(try client.statistics("items").isEmpty)
    _ = try client.store("set", "small", "1")
    _ = try client.store("set", "large", String(repeating: "v", count: 5_000))
    let lines = try client.statistics("items")
    #expect(lines.allSatisfy { $0.name.split(separator: ":").count == 3 && $0.name.hasPrefix("items:") })
    #expect(lines.filter { $0.name.hasSuffix(":number") }.map(\.value) == ["1", "1"])
    for field in ["age", "evicted", "evicted_time", "outofmemory", "tailrepairs", "reclaimed", "expired_unfetched"] {
      #expect(lines.filter { $0.name.hasSuffix(":\(field)") }.count == 2, "\(field)")
    }
  }

  @Test("stats slabs tells of each class that has pages, then of all") func slabs() throws {
    let client = try rig.daemon().client()
    _ = try client.store("set", "small", "1")
    _ = try client.store("set", "large", String(repeating: "v", count: 5_000))
    let lines = try client.statistics("slabs")
    for field in [
      "chunk_size", "chunks_per_page", "total_pages", "total_chunks", "used_chunks", "free_chunks", "free_chunks_end",
      "get_hits", "cmd_set", "delete_hits", "incr_hits", "decr_hits", "cas_hits", "cas_badval", "touch_hits",
    ] {
      #expect(lines.filter { $0.name.hasSuffix(":\(field)") }.count >= 2, "\(field)")
    }
    #expect(lines.suffix(2).map(\.name) == ["active_slabs", "total_malloced"])
    let used = lines.filter { $0.name.hasSuffix(":used_chunks") }.compactMap { Int($0.value) }
    #expect(used.filter { $0 > 0 } == [1, 1])
  }

  @Test("stats reset clears the counters, not what is stored") func reset() throws {
    let client = try rig.daemon().client()
    for key in 0..<10 { _ = try client.store("set", "k\(key)", "1") }
    _ = try client.fetch("k1")
    _ = try client.fetch("none")
    #expect(try client.command("stats reset") == "RESET")
    let values = try dictionary(client)
    for name in ["cmd_get", "cmd_set", "get_hits", "get_misses", "total_items", "evictions"] {
      #expect(values[name] == "0", "\(name)")
    }
    #expect(values["curr_items"] == "10")
    #expect(values["curr_connections"] != "0")
  }

  @Test("stats can be asked by many at once while others write") func concurrentStatistics() throws {
    let daemon = try rig.daemon()
    let endpoint = daemon.endpoint
    let askers = (0..<3).map { number in
      Background.start {
        let client = try Client(to: endpoint)
        for round in 0..<200 {
          if number == 0 { _ = try client.store("set", "k\(round)", "1") }
          for topic in ["", "items", "slabs", "settings"] { _ = try client.statistics(topic) }
        }
        return true
      }
    }
    for asker in askers { #expect(try asker.value()) }
    #expect(try daemon.client().statistic("curr_items") == "200")
  }

  @Test("-vv tells more than -v, verbosity changes it at run time, and neither harms") func verbosity() throws {
    let daemon = try rig.daemon("-vv")
    let client = try daemon.client()
    func count(_ command: String) -> Int { daemon.log.count { $0.hasPrefix("<") && $0.hasSuffix(" \(command)") } }
    #expect(try client.command("version").hasPrefix("VERSION"))
    #expect(eventually { count("version") == 1 }, "\(daemon.log)")
    for level in [0, 1] {
      #expect(try client.command("verbosity \(level)") == "OK")
      #expect(try client.command("version").hasPrefix("VERSION"))
    }
    #expect(try client.command("verbosity 2") == "OK")
    // The log is in order: what was said at lower levels would stand before this.
    #expect(try client.command("get last") == "END")
    #expect(eventually { count("get last") == 1 }, "\(daemon.log)")
    #expect(count("version") == 1 && count("verbosity 2") == 0, "\(daemon.log)")
  }
}
