/// What `stats` answers: magent's own lines, and with an argument the proxy's as STAT lines.
struct ProxyReport: Sendable {
  let context: ProxyContext
  let counters: [ProxyCounters]

  func text(ofProxy: Bool) -> String { ofProxy ? statistics : matrix }

  /// As magent 0.6 tells it.
  private var matrix: String {
    let lines = context.backends.enumerated().map { number, backend in
      "matrix \(number + 1) -> \(backend.address), pool size \(context.settings.connectionsPerBackend * counters.count)\r\n"
    }
    return "memcached agent v0.6\r\n" + lines.joined() + "END\r\n"
  }

  private var statistics: String {
    var lines: [(String, String)] = [
      ("version", "\(ProxySettings.version)"), ("threads", "\(counters.count)"),
      ("curr_connections", "\(context.serving.connectionCount)"),
    ]
    for counter in ProxyCounters.Counter.allCases {
      lines.append((counter.name, "\(counters.reduce(0) { $0 &+ $1[counter] })"))
    }
    for (number, backend) in context.backends.enumerated() {
      lines.append(("server_\(number)", "\(backend.address)"))
      lines.append(("server_\(number)_role", backend.isBackup ? "backup" : "main"))
      lines.append(("server_\(number)_state", "\(backend.health)"))
      lines.append(("server_\(number)_deaths", "\(backend.deaths.load(ordering: .relaxed))"))
    }
    return lines.map { "STAT \($0.0) \($0.1)\r\n" }.joined() + "END\r\n"
  }
}

extension ProxyCounters.Counter {
  var name: String {
    switch self {
    case .getHits: "get_hits"
    case .getMisses: "get_misses"
    case .getErrors: "get_errors"
    case .writes: "cmd_write"
    case .writeErrors: "write_errors"
    case .others: "cmd_other"
    case .backupHits: "backup_hits"
    case .refills: "refills"
    case .refillsUndone: "refills_undone"
    case .retries: "retries"
    case .timeouts: "timeouts"
    case .backendErrors: "server_errors"
    case .overloads: "overloads"
    case .droppedClients: "dropped_clients"
    }
  }
}
