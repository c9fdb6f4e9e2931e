/// `stats settings`: what the daemon was told, under memcached's names.
extension Statistics {
  var settings: [Line] {
    let settings = context.settings
    var lines = StatisticsLines()
    lines.add("maxbytes", settings.memoryLimit)
    lines.add("maxconns", settings.maxConnections)
    lines.add("tcpport", settings.port)
    lines.add("udpport", 0)
    lines.add("inter", settings.interfaces)
    lines.add("verbosity", context.verbosity)
    lines.add("oldest", 0)
    lines.add("evictions", settings.evicts ? "on" : "off")
    lines.add("domain_socket", settings.unixSocket ?? "NULL")
    lines.add("umask", String(settings.unixSocketMode, radix: 8))
    lines.add("growth_factor", settings.growthFactor.formattedWithTwoDigits)
    lines.add("chunk_size", settings.smallestChunk)
    lines.add("num_threads", settings.threads)
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
    lines.add("hashpower_init", settings.hashPower ?? 0)
    lines.add("slab_reassign", yes: true)
    lines.add("slab_automove", flag: true)
    lines.add("lru_crawler", yes: true)
    lines.add("flush_enabled", yes: settings.isFlushCommandEnabled)
    lines.add("dump_enabled", yes: settings.isDumpingEnabled)
    return lines.lines
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
