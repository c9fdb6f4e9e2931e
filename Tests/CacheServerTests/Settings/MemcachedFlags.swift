/// What memcached 1.6.45 takes, with every option it can be built with: getopt's letters and long names, and the names of `-o`.
enum MemcachedFlags {
  static let longNames = """
    unix-mask enable-shutdown enable-ssl port unix-socket udp-port memory-limit disable-evictions conn-limit lock-memory help \
    license version enable-coredumps verbose daemon listen user pidfile slab-growth-factor slab-min-size threads \
    enable-largepages max-reqs-per-event disable-cas listen-backlog protocol max-item-size enable-sasl disable-flush-all \
    disable-dumping disable-watch auth-file memory-file extended napi-ids
    """.split(separator: " ").map(String.init)

  /// But for `X`, which names the ports of the pair here as in repcached 2.x.
  static let letters = Array("aAZpsUmMckhiVrvdluPfntDLRCbBISFWYeoN")

  static let options = """
    maxconns_fast hashpower no_hashexpand slab_reassign slab_automove slab_automove_ratio slab_automove_window \
    tail_repair_time hash_algorithm lru_crawler lru_crawler_sleep lru_crawler_tocrawl lru_maintainer hot_lru_pct \
    warm_lru_pct hot_max_factor warm_max_factor temporary_ttl idle_timeout watcher_logbuf_size worker_logbuf_size \
    slab_sizes slab_chunk_max track_sizes no_inline_ascii_resp modern no_modern no_chunked_items no_slab_reassign \
    no_slab_automove no_maxconns_fast inline_ascii_resp no_lru_crawler no_lru_maintainer no_drop_privileges \
    drop_privileges resp_obj_mem_limit read_buf_mem_limit ssl_chain_cert ssl_key ssl_verify_mode ssl_keyformat \
    ssl_ciphers ssl_ca_cert ssl_wbuf_size ssl_session_cache ssl_kernel_tls ssl_min_version proxy_config proxy_arg \
    proxy_uring proxy_memprofile relaxed_privileges sock_cookie_id ext_page_size ext_wbuf_size ext_threads ext_io_depth \
    ext_path ext_item_size ext_item_age ext_low_ttl ext_recache_rate ext_compact_under ext_drop_under ext_max_sleep \
    ext_max_frag ext_drop_unread slab_automove_freeratio
    """.split(separator: " ").map(String.init)

  /// Those that other parts of issue 14 bring. Empty when they are all here.
  static let notYet: Set = [
    "enable-ssl", "enable-sasl", "disable-watch", "auth-file", "Z", "S", "W", "Y", "idle_timeout", "ssl_chain_cert",
    "ssl_key", "ssl_verify_mode", "ssl_keyformat", "ssl_ciphers", "ssl_ca_cert", "ssl_wbuf_size", "ssl_session_cache",
    "ssl_kernel_tls", "ssl_min_version",
  ]
}
