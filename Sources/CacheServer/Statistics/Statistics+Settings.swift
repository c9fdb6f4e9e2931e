import ItemStore

/// `stats settings`: what the daemon was told, under memcached's names and in its order. Its LRU segments are 0 percent.
extension Statistics {
  var settings: [Line] {
    var lines = StatisticsLines()
    addListening(to: &lines)
    addServing(to: &lines)
    addKeeping(to: &lines)
    return lines.lines
  }

  private func addListening(to lines: inout StatisticsLines) {
    let settings = context.settings
    lines.add("maxbytes", settings.memoryLimit)
    lines.add("maxconns", settings.maxConnections)
    lines.add("tcpport", settings.unixSocket == nil ? Int(settings.port) : 0)
    lines.add("udpport", 0)
    lines.add("inter", settings.interfaces)
    lines.add("verbosity", context.verbosity)
    lines.add("oldest", 0)
    lines.add("evictions", settings.evicts ? "on" : "off")
    lines.add("domain_socket", settings.unixSocket ?? "NULL")
    lines.add("umask", String(settings.unixSocketMode, radix: 8))
  }

  private func addServing(to lines: inout StatisticsLines) {
    let settings = context.settings
    lines.add("growth_factor", settings.growthFactor.formattedWithTwoDigits)
    lines.add("chunk_size", settings.smallestChunk)
    lines.add("num_threads", settings.threads)
    lines.addZeros("num_threads_per_udp")
    lines.add("stat_key_prefix", String(UnicodeScalar(settings.keyPrefixDelimiter)))
    lines.add("detail_enabled", yes: context.prefixStatistics.isOn)
    lines.add("reqs_per_event", settings.requestsPerEvent)
    lines.add("cas_enabled", yes: settings.isCASEnabled)
    lines.add("tcp_backlog", settings.listenBacklog)
    lines.add("binding_protocol", "ascii")
    lines.add("auth_enabled_sasl", yes: false)
    lines.add("auth_enabled_ascii", yes: false)
    lines.add("item_size_max", settings.maxItemSize)
    lines.add("maxconns_fast", yes: settings.refusesExcessConnections)
  }

  private func addKeeping(to lines: inout StatisticsLines) {
    let settings = context.settings
    lines.add("hashpower_init", settings.hashPower ?? 0)
    lines.add("slab_reassign", yes: true)
    lines.add("slab_automove", context.store.automoveLevel)
    lines.add("slab_chunk_max", StoreConfiguration(settings).maxChunkSize)
    lines.add("lru_crawler", yes: true)
    // Microseconds between two steps; 0: every item is looked at.
    lines.add("lru_crawler_sleep", Int(Maintenance.interval / .microseconds(1)))
    lines.addZeros("lru_crawler_tocrawl", "tail_repair_time")
    lines.add("flush_enabled", yes: settings.isFlushCommandEnabled)
    lines.add("dump_enabled", yes: settings.isDumpingEnabled)
    lines.add("lru_maintainer_thread", yes: false)
    lines.add("lru_segmented", yes: false)
    lines.addZeros("hot_lru_pct", "warm_lru_pct")
    lines.add("hot_max_factor", "0.00")
    lines.add("warm_max_factor", "0.00")
    lines.add("temp_lru", yes: false)
    lines.addZeros("idle_timeout")
  }
}

extension Settings {
  fileprivate var interfaces: String {
    let hosts = addresses.map { $0.host ?? "*" }
    return hosts.isEmpty ? "NULL" : hosts.joined(separator: ",")
  }
}

extension Double {
  /// As C's `%.2f` does, for the factors a person types.
  fileprivate var formattedWithTwoDigits: String {
    let hundredths = Int((self * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
