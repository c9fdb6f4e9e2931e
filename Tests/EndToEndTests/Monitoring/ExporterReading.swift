/// What prometheus/memcached_exporter 0.16.0 makes of the statistics that it asks for: `stats`, `stats slabs`, `stats items` and
/// `stats settings`. It reads lines of three words, and tells by the colons of the second what they are of.
struct ExporterReading {
  private(set) var general: [String: String] = [:]
  private(set) var slabs: [String: [String: String]] = [:]
  private(set) var items: [String: [String: String]] = [:]
  private(set) var settings: [String: String] = [:]

  init(_ client: Client) throws {
    for topic in ["", " slabs", " items"] {
      for words in try Self.lines(client, topic) where words.count == 3 {
        let parts = words[1].split(separator: ":").map(String.init)
        switch parts.count {
        case 1: general[parts[0]] = words[2]
        case 2: slabs[parts[0], default: [:]][parts[1]] = words[2]
        default: items[parts[1], default: [:]][parts[2]] = words[2]
        }
      }
    }
    for words in try Self.lines(client, " settings") {
      // Anything else it cannot read at all.
      guard words.count == 3 else { throw RigError("a line of stats settings: \(words)") }
      settings[words[1]] = words[2]
    }
  }

  private static func lines(_ client: Client, _ topic: String) throws -> [[String]] {
    try client.ask("stats\(topic)\r\n", until: "END\r\n").split(separator: "\r\n").dropLast().map {
      $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// Its series, as they stand in the text of metrics.
  var series: [String: Double] {
    var series: [String: Double] = [:]
    for (name, statistic) in Self.simple { series[name] = Double(general[statistic] ?? "") }
    for command in ["get", "delete", "incr", "decr", "cas", "touch"] {
      for (status, ending) in [("hit", "_hits"), ("miss", "_misses")] {
        series["commands_total{command=\"\(command)\",status=\"\(status)\"}"] = Double(general[command + ending] ?? "")
      }
    }
    series["commands_total{command=\"cas\",status=\"badval\"}"] = Double(general["cas_badval"] ?? "")
    series["commands_total{command=\"flush\",status=\"hit\"}"] = Double(general["cmd_flush"] ?? "")
    series["commands_total{command=\"set\",status=\"hit\"}"] = Self.difference(
      general, "cmd_set", ["cas_misses", "cas_hits", "cas_badval"])
    series["max_connections"] = Double(settings["maxconns"] ?? "")
    series["version{version=\"\(general["version"] ?? "")\"}"] = 1
    for (slab, told) in items { Self.add(told, Self.ofItems, slab, to: &series) }
    for (slab, told) in slabs {
      Self.add(told, Self.ofSlabs, slab, to: &series)
      series["slab_commands_total{slab=\"\(slab)\",command=\"set\",status=\"hit\"}"] = Self.difference(
        told, "cmd_set", ["cas_hits", "cas_badval"])
      for command in ["get", "delete", "incr", "decr", "cas", "touch"] {
        let name = "slab_commands_total{slab=\"\(slab)\",command=\"\(command)\",status=\"hit\"}"
        series[name] = Double(told["\(command)_hits"] ?? "")
      }
    }
    return series
  }

  private static func add(
    _ told: [String: String], _ names: [(String, String)], _ slab: String, to series: inout [String: Double]
  ) {
    for (name, statistic) in names { series["\(name){slab=\"\(slab)\"}"] = Double(told[statistic] ?? "") }
  }

  private static func difference(_ told: [String: String], _ whole: String, _ parts: [String]) -> Double? {
    let numbers = parts.compactMap { Double(told[$0] ?? "") }
    return numbers.count == parts.count ? Double(told[whole] ?? "").map { numbers.reduce($0, -) } : nil
  }

  private static let simple = [
    ("connections_total", "total_connections"), ("connections_rejected_total", "rejected_connections"),
    ("connections_yielded_total", "conn_yields"), ("connections_listener_disabled_total", "listen_disabled_num"),
    ("current_connections", "curr_connections"), ("current_bytes", "bytes"), ("limit_bytes", "limit_maxbytes"),
    ("current_items", "curr_items"), ("items_total", "total_items"), ("items_evicted_total", "evictions"),
    ("items_reclaimed_total", "reclaimed"), ("item_too_large_total", "store_too_large"),
    ("item_no_memory_total", "store_no_memory"), ("direct_reclaims_total", "direct_reclaims"),
    ("lru_crawler_moves_to_cold_total", "moves_to_cold"), ("malloced_bytes", "total_malloced"),
    ("accepting_connections", "accepting_conns"),
  ]
  private static let ofItems = [
    ("slab_current_items", "number"), ("slab_items_evicted_total", "evicted"), ("slab_cold_items", "number_cold"),
    ("slab_items_outofmemory_total", "outofmemory"), ("slab_items_reclaimed_total", "reclaimed"),
    ("slab_items_moves_to_cold", "moves_to_cold"), ("slab_mem_requested_bytes", "mem_requested"),
  ]
  private static let ofSlabs = [
    ("slab_chunk_size_bytes", "chunk_size"), ("slab_chunks_per_page", "chunks_per_page"),
    ("slab_current_pages", "total_pages"), ("slab_current_chunks", "total_chunks"), ("slab_chunks_used", "used_chunks"),
    ("slab_chunks_free", "free_chunks"), ("slab_chunks_free_end", "free_chunks_end"),
  ]
}
