import ItemStore

/// What the daemon was told: `stats settings`, under memcached's names and in its order.
enum SettingsMetrics {
  static let table = listening + serving + keeping + external + TLSMetrics.settings + elsewhere + pair

  private static let listening: [Metric<Statistics>] = [
    .number("maxbytes", "-m, in bytes") { $0.context.store.memoryLimit },
    .number("maxconns", "-c") { $0.context.settings.maxConnections },
    .number("tcpport", "-p; 0 with -s") { $0.context.settings.told(\.port) },
    .number("udpport", "-U; 0 with -s") { $0.context.settings.told(\.udpPort) },
    .text("inter", "-l") { $0.context.settings.interfaces },
    .number("verbosity", "-v") { $0.context.verbosity },
    .absent("oldest"),
    .text("evictions", "off: -M") { $0.context.settings.evicts ? "on" : "off" },
    .text("domain_socket", "-s") { $0.context.settings.unixSocket ?? "NULL" },
    .text("umask", "-a") { String($0.context.settings.unixSocketMode, radix: 8) },
    .info("shutdown_command", "-A") { .yes($0.context.settings.isShutdownCommandEnabled) },
  ]

  private static let serving: [Metric<Statistics>] = [
    .info("growth_factor", "-f") { .factor($0.context.settings.growthFactor) },
    .number("chunk_size", "-n") { $0.context.settings.minChunkSize },
    .number("num_threads", "-t") { $0.context.settings.threads },
    .number("num_threads_per_udp", "-t") { $0.context.settings.threads },
    .text("stat_key_prefix", "-D") { String(UnicodeScalar($0.context.settings.keyPrefixDelimiter)) },
    .info("detail_enabled", "stats detail") { .yes($0.context.prefixStatistics.isOn) },
    .number("reqs_per_event", "-R") { $0.context.settings.requestsPerTurn },
    .info("cas_enabled", "no: -C") { .yes($0.context.settings.isCASEnabled) },
    .number("tcp_backlog", "-b") { Int($0.context.settings.listenBacklog) },
    .text("binding_protocol", "-B") { $0.context.settings.bindingProtocol.name },
    .info("auth_enabled_sasl", "-S") { .yes($0.context.settings.isSASLEnabled) },
    .text("auth_enabled_ascii", "-Y") { $0.context.settings.authFile ?? "no" },
    .number("item_size_max", "-I, in bytes") { $0.context.settings.maxItemSize },
    .info("maxconns_fast", "-o maxconns_fast") { .yes($0.context.settings.refusesExcessConnections) },
  ]

  private static let keeping: [Metric<Statistics>] = [
    .number("hashpower_init", "-o hashpower") { $0.context.settings.hashPower ?? 0 },
    .info("slab_reassign", "always") { _ in .yes(true) },
    .number("slab_automove", "slabs automove") { $0.context.store.automoveLevel },
    .absent("slab_automove_ratio", .factor(0)), .absent("slab_automove_window"),
    .number("slab_chunk_max", "-o slab_chunk_max, in bytes") { StoreConfiguration($0.context.settings).maxChunkSize },
    .info("lru_crawler", "no: -o no_lru_crawler, lru_crawler disable") { .yes($0.context.store.isCrawlerOn) },
    .number("lru_crawler_sleep", "lru_crawler sleep; it has no effect") { Int($0.context.crawlerTuning.sleep) },
    .number("lru_crawler_tocrawl", "lru_crawler tocrawl; it has no effect") { Int($0.context.crawlerTuning.toCrawl) },
    .absent("tail_repair_time"),
    .info("flush_enabled", "no: -F") { .yes($0.context.settings.isFlushCommandEnabled) },
    .info("dump_enabled", "no: --disable-dumping") { .yes($0.context.settings.isDumpingEnabled) },
    .text("hash_algorithm", "of the index") { _ in "wyhash" },
    .absent("lru_maintainer_thread", .yes(false)), .absent("lru_segmented", .yes(false)),
    .absent("hot_lru_pct"), .absent("warm_lru_pct"),
    .absent("hot_max_factor", .factor(0)), .absent("warm_max_factor", .factor(0)),
    .absent("temp_lru", .yes(false)), .absent("temporary_ttl"),
    .number("idle_timeout", "-o idle_timeout, in seconds") { $0.context.settings.idleTimeout },
    .absent("watcher_logbuf_size"), .absent("worker_logbuf_size"), .absent("read_buf_mem_limit"),
    .absent("track_sizes", .yes(false)), .absent("inline_ascii_response", .yes(false)),
    .absent("drop_privileges", .yes(false)),
  ]

  /// Of what 1.6.45 can be built with: external storage.
  private static let external: [Metric<Statistics>] = [
    .absent("ext_item_size"), .absent("ext_item_age"), .absent("ext_low_ttl"), .absent("ext_recache_rate"),
    .absent("ext_wbuf_size"), .absent("ext_compact_under"), .absent("ext_drop_under"), .absent("ext_max_sleep"),
    .absent("ext_max_frag", .factor(0)), .absent("slab_automove_freeratio", .factor(0)),
    .absent("ext_drop_unread", .yes(false)),
  ]

  /// And a proxy, and a file for the memory.
  private static let elsewhere: [Metric<Statistics>] = [
    .absent("proxy_enabled", .yes(false)), .absent("proxy_uring_enabled", .yes(false)), .absent("num_napi_ids"),
    .absent("memory_file", .text("NULL")),
    .number("client_flags_size", "bytes of a client's flags") { _ in MemoryLayout<UInt32>.size },
  ]

  /// What memcached does not tell: how the pair was set up, for who compares both sides.
  private static let pair: [Metric<Statistics>] = [
    .number("peer_port", "-X: where it listens for its peer; 0: off") {
      Int($0.context.settings.peering.listenPort)
    },
    .number("peer_connect_port", "-X: where it looks for it") { Int($0.context.settings.peering.connectPort) },
    .info("repl_secret", "-o repl_secret") { .yes($0.context.settings.peering.secretFile != nil) },
    .info("repl_tls", "-o repl_tls") { .yes($0.context.settings.peering.usesTLS) },
    .number("repl_ack", "-o repl_ack, in milliseconds; 0: off") {
      $0.context.settings.peering.acknowledgementMilliseconds ?? 0
    },
  ]
}

extension Metric {
  fileprivate static func number(_ name: String, _ help: String, _ read: @escaping @Sendable (Source) -> Int) -> Metric
  {
    info(name, help) { .number(Int64(read($0))) }
  }

  fileprivate static func text(_ name: String, _ help: String, _ read: @escaping @Sendable (Source) -> String) -> Metric
  {
    info(name, help) { .text(read($0)) }
  }
}

extension Settings {
  /// -1 as it was given.
  fileprivate func told(_ port: KeyPath<Settings, ClientPort>) -> Int {
    if unixSocket != nil { return 0 }
    return self[keyPath: port].isAny ? -1 : Int(self[keyPath: port].number)
  }

  fileprivate var interfaces: String {
    let hosts = addresses.map { $0.host ?? "*" }
    return hosts.isEmpty ? "NULL" : hosts.joined(separator: ",")
  }
}
