import Testing

@testable import CacheServer

@Suite("stats settings")
struct SettingsMetricsTests {
  @Test("stats settings gives memcached's names in its order, and what was set") func names() throws {
    let rig = try WorkerRig {
      $0.memoryLimit = 100 << 20
      $0.growthFactor = 1.5
      $0.evicts = false
      $0.isCASEnabled = false
      $0.udpPort = 11311
      $0.threads = 3
    }
    let lines = try rig.client().statistics("settings")
    let names = """
      maxbytes maxconns tcpport udpport inter verbosity oldest evictions domain_socket umask shutdown_command growth_factor chunk_size \
      num_threads num_threads_per_udp stat_key_prefix detail_enabled reqs_per_event cas_enabled tcp_backlog \
      binding_protocol auth_enabled_sasl auth_enabled_ascii item_size_max maxconns_fast hashpower_init slab_reassign \
      slab_automove slab_automove_ratio slab_automove_window slab_chunk_max lru_crawler lru_crawler_sleep \
      lru_crawler_tocrawl tail_repair_time flush_enabled dump_enabled hash_algorithm lru_maintainer_thread lru_segmented \
      hot_lru_pct warm_lru_pct hot_max_factor warm_max_factor temp_lru temporary_ttl idle_timeout watcher_logbuf_size \
      worker_logbuf_size read_buf_mem_limit track_sizes inline_ascii_response drop_privileges ext_item_size ext_item_age \
      ext_low_ttl ext_recache_rate ext_wbuf_size ext_compact_under ext_drop_under ext_max_sleep ext_max_frag \
      slab_automove_freeratio ext_drop_unread ssl_enabled ssl_chain_cert ssl_key ssl_verify_mode ssl_keyformat ssl_ciphers \
      ssl_ca_cert ssl_wbuf_size ssl_session_cache ssl_kernel_tls ssl_min_version proxy_enabled proxy_uring_enabled num_napi_ids memory_file client_flags_size \
      peer_port peer_connect_port repl_secret repl_tls repl_ack
      """
    #expect(lines.map(\.name).joined(separator: " ") == names)
    let values = Dictionary(uniqueKeysWithValues: lines.map { ($0.name, $0.value) })
    let expected = [
      "maxbytes": "\(100 << 20)", "maxconns": "1024", "tcpport": "11211",
      "udpport": "11311", "num_threads_per_udp": "3", "growth_factor": "1.50", "evictions": "off",
      "cas_enabled": "no", "umask": "700", "inter": "NULL", "stat_key_prefix": ":", "lru_crawler_sleep": "100",
      "shutdown_command": "no", "client_flags_size": "4", "memory_file": "NULL",
    ]
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
  }

  @Test("The largest chunk is half a page, or what was asked for") func maxChunkSize() throws {
    #expect(try WorkerRig().client().values("settings")["slab_chunk_max"] == "524288")
    let rig = try WorkerRig { $0.maxChunkSize = 4096 }
    #expect(try rig.client().values("settings")["slab_chunk_max"] == "4096")
    #expect(rig.store.chunkSizes.last == 4096)
  }

  @Test("A port that the system chooses is -1, and with a unix socket there is none") func ports() throws {
    let chosen = try WorkerRig { ($0.port, $0.udpPort) = (.any, .any) }.client().values("settings")
    #expect(chosen["tcpport"] == "-1" && chosen["udpport"] == "-1")
    let unix = try WorkerRig { ($0.unixSocket, $0.udpPort) = ("/tmp/s", 11311) }.client().values("settings")
    #expect(unix["tcpport"] == "0" && unix["udpport"] == "0")
  }

  @Test("verbosity, stats detail and slabs automove show at once") func changing() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    #expect(client.values("settings")["verbosity"] == "0")
    #expect(client.values("settings")["slab_automove"] == "1")
    _ = client.ask("verbosity 1\r\nstats detail on\r\nslabs automove 0\r\n")
    #expect(client.values("settings")["slab_automove"] == "0")
    #expect(client.values("settings")["verbosity"] == "1")
    #expect(client.values("settings")["detail_enabled"] == "yes")
  }
}
