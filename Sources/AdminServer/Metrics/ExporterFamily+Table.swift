import CacheServer

/// Every family of the exporter that can have a value here, in its order. A new one is an entry here.
extension ExporterFamily {
  static let table = process + connections + commands + items + crawler + slabs + classes

  private static let process = [
    gauge("uptime_seconds", "uptime", "age of the process"),
    gauge("time_seconds", "time", "unix time of the server"),
    counter("process_user_cpu_seconds_total", "rusage_user", "processor time in the program"),
    counter("process_system_cpu_seconds_total", "rusage_system", "processor time in the kernel"),
    counter("read_bytes_total", "bytes_read", "bytes received from clients"),
    counter("written_bytes_total", "bytes_written", "bytes sent to clients"),
  ]

  private static let connections = [
    gauge("current_connections", "curr_connections", "connections that are open"),
    gauge("max_connections", "maxconns", in: .settings, "connections served at once, at most"),
    counter("connections_total", "total_connections", "connections taken in"),
    counter(
      "connections_rejected_total", "rejected_connections", "connections beyond the limit that got an error line"),
    counter("connections_yielded_total", "conn_yields", "turns that ended for the sake of other connections"),
    counter("connections_listener_disabled_total", "listen_disabled_num", "times that taking clients in has paused"),
    gauge("accepting_connections", "accepting_conns", "1 while clients are taken in"),
  ]

  private static let commands = [
    ExporterFamily(
      name: "commands_total", kind: .counter, help: "commands by what came of them", group: .general,
      series: ["get", "delete", "incr", "decr", "cas", "touch"].flatMap {
        [Series("\($0)_hits", outcome($0, "hit")), Series("\($0)_misses", outcome($0, "miss"))]
      } + [
        Series("cas_badval", outcome("cas", "badval")), Series("cmd_flush", outcome("flush", "hit")),
        // A cas counts among the storage commands too.
        Series("cmd_set", less: ["cas_misses", "cas_hits", "cas_badval"], outcome("set", "hit")),
      ])
  ]

  private static let items = [
    gauge("current_bytes", "bytes", "memory of the items that are held"),
    gauge("limit_bytes", "limit_maxbytes", "memory for items"),
    gauge("current_items", "curr_items", "items that are held"),
    counter("items_total", "total_items", "items stored"),
    counter("items_evicted_total", "evictions", "items evicted"),
    counter("items_reclaimed_total", "reclaimed", "expired and flushed items whose memory was taken"),
    counter("item_too_large_total", "store_too_large", "values refused for their size"),
    counter("item_no_memory_total", "store_no_memory", "values refused for want of memory"),
    counter("direct_reclaims_total", "direct_reclaims", "chunks that a writer had to free"),
    gauge("malloced_bytes", "total_malloced", in: .slabs, "memory of the pages taken"),
  ]

  private static let crawler = [
    gauge("lru_crawler_enabled", "lru_crawler", in: .settings, "1: expired items are looked for"),
    gauge("lru_crawler_sleep", "lru_crawler_sleep", in: .settings, "microseconds between two steps of the crawler"),
    gauge("lru_crawler_to_crawl", "lru_crawler_tocrawl", in: .settings, "items looked at in one crawl, 0: all"),
    gauge("lru_crawler_maintainer_thread", "lru_maintainer_thread", in: .settings, "1: there are LRU lists"),
    gauge("lru_crawler_hot_percent", "hot_lru_pct", in: .settings, "memory for the hot list"),
    gauge("lru_crawler_warm_percent", "warm_lru_pct", in: .settings, "memory for the warm list"),
    gauge("lru_crawler_hot_max_factor", "hot_max_factor", in: .settings, "idle age of the hot list"),
    gauge("lru_crawler_warm_max_factor", "warm_max_factor", in: .settings, "idle age of the warm list"),
    counter("lru_crawler_starts_total", "lru_crawler_starts", "crawls begun"),
    counter("lru_crawler_reclaimed_total", "crawler_reclaimed", "dead items that the crawler took"),
    counter("lru_crawler_items_checked_total", "crawler_items_checked", "items that the crawler looked at"),
    counter("lru_crawler_moves_to_cold_total", "moves_to_cold", "items moved to the cold list"),
    counter("lru_crawler_moves_to_warm_total", "moves_to_warm", "items moved to the warm list"),
    counter("lru_crawler_moves_within_lru_total", "moves_within_lru", "items moved within a list"),
  ]

  private static let slabs = [
    gauge("slab_current_items", "number", in: .items, "items of the class"),
    gauge("slab_items_age_seconds", "age", in: .items, "time since what goes next was written"),
    counter("slab_items_crawler_reclaimed_total", "crawler_reclaimed", in: .items, "dead items that the crawler took"),
    counter("slab_items_evicted_total", "evicted", in: .items, "items evicted"),
    counter("slab_items_evicted_nonzero_total", "evicted_nonzero", in: .items, "of these, items with a time to live"),
    gauge(
      "slab_items_evicted_time_seconds", "evicted_time", in: .items, "time since what was evicted last was written"),
    counter("slab_items_evicted_unfetched_total", "evicted_unfetched", in: .items, "evicted and never asked for"),
    counter("slab_items_expired_unfetched_total", "expired_unfetched", in: .items, "expired and never asked for"),
    counter("slab_items_outofmemory_total", "outofmemory", in: .items, "chunks that could not be had"),
    counter("slab_items_reclaimed_total", "reclaimed", in: .items, "dead items whose memory was taken"),
    counter("slab_items_tailrepairs_total", "tailrepairs", in: .items, "items taken from the end of a list by force"),
    counter("slab_items_moves_to_cold", "moves_to_cold", in: .items, "items moved to the cold list"),
    counter("slab_items_moves_to_warm", "moves_to_warm", in: .items, "items moved to the warm list"),
    counter("slab_items_moves_within_lru", "moves_within_lru", in: .items, "items moved within a list"),
    gauge("slab_hot_items", "number_hot", in: .items, "items of the hot list"),
    gauge("slab_warm_items", "number_warm", in: .items, "items of the warm list"),
    gauge("slab_cold_items", "number_cold", in: .items, "items of the cold list: all, for there is one"),
    gauge("slab_temporary_items", "number_temp", in: .items, "items of the temporary list"),
    gauge("slab_hot_age_seconds", "age_hot", in: .items, "age of the oldest of the hot list"),
    gauge("slab_warm_age_seconds", "age_warm", in: .items, "age of the oldest of the warm list"),
    ExporterFamily(
      name: "slab_lru_hits_total", kind: .counter, help: "keys asked for and found, by list", group: .items,
      series: [("hot", "hot"), ("warm", "warm"), ("cold", "cold"), ("temp", "temporary")].map {
        Series("hits_to_\($0)", [MetricLabel(name: "lru", value: $1)])
      }),
    gauge(
      "slab_mem_requested_bytes", "mem_requested", in: .items, "memory of the items without the rest of their chunks"),
  ]

  private static let classes = [
    gauge("slab_chunk_size_bytes", "chunk_size", in: .slabs, "size of a chunk"),
    gauge("slab_chunks_per_page", "chunks_per_page", in: .slabs, "chunks of a page"),
    gauge("slab_current_pages", "total_pages", in: .slabs, "pages"),
    gauge("slab_current_chunks", "total_chunks", in: .slabs, "chunks"),
    gauge("slab_chunks_used", "used_chunks", in: .slabs, "chunks in use"),
    gauge("slab_chunks_free", "free_chunks", in: .slabs, "chunks not in use"),
    gauge("slab_chunks_free_end", "free_chunks_end", in: .slabs, "chunks never used"),
    ExporterFamily(
      name: "slab_commands_total", kind: .counter, help: "commands by what came of them", group: .slabs,
      series: ["get", "delete", "incr", "decr", "cas", "touch"].map { Series("\($0)_hits", outcome($0, "hit")) } + [
        Series("cas_badval", outcome("cas", "badval")),
        Series("cmd_set", less: ["cas_hits", "cas_badval"], outcome("set", "hit")),
      ]),
  ]

  // How one is made.

  private static func counter(
    _ name: String, _ statistic: String, in group: StatisticsGroup = .general, _ help: String
  ) -> ExporterFamily {
    ExporterFamily(name: name, kind: .counter, help: help, group: group, series: [Series(statistic)])
  }

  private static func gauge(
    _ name: String, _ statistic: String, in group: StatisticsGroup = .general, _ help: String
  ) -> ExporterFamily {
    ExporterFamily(name: name, kind: .gauge, help: help, group: group, series: [Series(statistic)])
  }

  private static func outcome(_ command: String, _ status: String) -> [MetricLabel] {
    [MetricLabel(name: "command", value: command), MetricLabel(name: "status", value: status)]
  }
}
