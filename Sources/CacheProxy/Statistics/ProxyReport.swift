import Platform

/// What the proxy tells of itself, in each of its forms: magent's own lines, STAT lines and frames, and /metrics.
///
/// ```
///   counters of the workers ─┐
///   health of the servers ───┼─▶ metrics ─┬─▶ STAT lines of `stats proxy`: a server's with its number in the name
///   settings ────────────────┘            └─▶ Prometheus' text: magent_…, a server's with labels
/// ```
package struct ProxyReport: Sendable {
  let context: ProxyContext
  let counters: [ProxyCounters]

  /// As magent 0.6 tells it.
  var matrix: String {
    let pool = context.pool
    let poolSize = pool.settings.connectionsPerBackend * counters.count
    let lines = pool.backends.enumerated().map { (number, backend) in
      "matrix \(number + 1) -> \(backend.address), pool size \(poolSize)\r\n"
    }
    return "memcached agent v0.6\r\n" + lines.joined() + "END\r\n"
  }

  var statistics: String { pairs.map { "STAT \($0.0) \($0.1)\r\n" }.joined() + "END\r\n" }

  /// Names and values of `stats proxy`.
  var pairs: [(String, String)] { metrics.map { ($0.statisticName, $0.text) } }

  var metrics: [ProxyMetric] {
    let general = [
      ProxyMetric("version", .info, "Version", text: "\(ProxySettings.version)"),
      ProxyMetric("threads", .gauge, "Worker threads", UInt64(counters.count)),
      ProxyMetric("curr_connections", .gauge, "Clients", UInt64(context.serving.connectionCount)),
      ProxyMetric("max_connections", .gauge, "Clients at most", UInt64(context.settings.maxConnections)),
    ]
    let counted = ProxyCounters.Counter.allCases.map { counter in
      ProxyMetric(counter.name, .counter, counter.help, counters.reduce(0) { $0 &+ $1[counter] })
    }
    let pool = context.pool
    return general + counted + pool.backends.indices.flatMap { metrics(ofServer: $0, pool) }
  }

  private func metrics(ofServer number: Int, _ pool: BackendPool) -> [ProxyMetric] {
    let backend = pool.backends[number]
    let of = ProxyMetric.Server(
      number: number, address: "\(backend.address)", role: pool.role(of: number))
    let isAsked = pool.side(of: number) == number
    let isEjected = backend.isEjected.load(ordering: .relaxed)
    return [
      ProxyMetric("address", .info, "Address", text: of.address, of: of),
      ProxyMetric("role", .info, "Role", text: of.role, of: of),
      ProxyMetric("state", .info, "State", text: "\(backend.health)", of: of),
      ProxyMetric("up", .gauge, "1 where the server is asked or may be", backend.health == .dead ? 0 : 1, of: of),
      ProxyMetric("asked", .gauge, "0 for the side of a pair that is not asked", isAsked ? 1 : 0, of: of),
      ProxyMetric("ejected", .gauge, "1 while its keys are other servers'", isEjected ? 1 : 0, of: of),
      ProxyMetric(
        "connections", .gauge, "Connections to the server", UInt64(backend.connections.load(ordering: .relaxed)),
        of: of),
      ProxyMetric(
        "deaths", .counter, "How often the server was found dead", backend.deaths.load(ordering: .relaxed), of: of),
    ]
  }

  /// Something to ask for each key: of a pair one side is enough, of a main its backup where there are some, and of one whose keys are
  /// others' those.
  package var isReady: Bool {
    let pool = context.pool
    let dead = pool.backends.indices.filter {
      let side = pool.backends[pool.side(of: $0)]
      return side.health == .dead && !pool.backends[$0].isEjected.load(ordering: .relaxed)
    }
    if pool.settings.backups.isEmpty { return dead.allSatisfy { $0 >= pool.mainCount } }
    return dead.allSatisfy { !pool.backends[$0].isBackup } || dead.allSatisfy { pool.backends[$0].isBackup }
  }
}

/// One number, or one text, of the proxy.
struct ProxyMetric: Sendable {
  enum Kind: Sendable {
    case counter, gauge
    /// A text; /metrics does not have it.
    case info
  }

  struct Server: Sendable {
    let number: Int
    let address: String
    let role: String
  }

  let name: String
  let kind: Kind
  let help: String
  let text: String
  let server: Server?

  init(_ name: String, _ kind: Kind, _ help: String, text: String, of server: Server? = nil) {
    (self.name, self.kind, self.help, self.text, self.server) = (name, kind, help, text, server)
  }

  init(_ name: String, _ kind: Kind, _ help: String, _ number: UInt64, of server: Server? = nil) {
    self.init(name, kind, help, text: String(number), of: server)
  }

  var statisticName: String {
    guard let server else { return name }
    return name == "address" ? "server_\(server.number)" : "server_\(server.number)_\(name)"
  }
}

/// Prometheus' text, 0.0.4.
extension ProxyReport {
  package var exposition: String {
    var text = ""
    var told: Set<String> = []
    let metrics = metrics
    for metric in metrics where metric.kind != .info && told.insert(metric.family).inserted {
      text += "# HELP \(metric.family) \(metric.help)\n# TYPE \(metric.family) \(metric.kind)\n"
      for sample in metrics where sample.family == metric.family { text += sample.line }
    }
    return text
  }
}

extension ProxyMetric {
  var family: String {
    let part = server == nil ? "" : "server_"
    return kind == .counter ? "magent_\(part)\(name)_total" : "magent_\(part)\(name)"
  }

  fileprivate var line: String {
    guard let server else { return "\(family) \(text)\n" }
    return "\(family){server=\"\(server.address)\",role=\"\(server.role)\"} \(text)\n"
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
    case .backupHits: "backup_hits"
    case .refills: "refills"
    case .refillsUndone: "refills_undone"
    case .retries: "retries"
    case .timeouts: "timeouts"
    case .backendErrors: "server_errors"
    case .overloads: "overloads"
    case .hedges: "hedged_reads"
    case .logins: "auth_cmds"
    case .loginErrors: "auth_errors"
    }
  }

  var help: String {
    switch self {
    case .getHits: "Keys that were found at their main"
    case .getMisses: "Keys that nobody has"
    case .getErrors: "Keys that nobody could be asked for, or whose server answered with an error"
    case .writes: "Commands that change a key"
    case .writeErrors: "Commands that change a key which no server has taken"
    case .backupHits: "Keys that were found at their backup"
    case .refills: "Values that were put back to their main"
    case .refillsUndone: "Values that were put back and taken off again, for the key was written meanwhile"
    case .retries: "Commands that were said again"
    case .timeouts: "Connections that were given up because no answer came"
    case .backendErrors: "Connections that were given up because they could not be made, or what came was no answer"
    case .overloads: "Requests that were refused because too many are under way to their server"
    case .hedges: "Reads that were asked of the other side of a pair too, for they were late"
    case .logins: "Attempts of clients to log in"
    case .loginErrors: "Those that failed"
    }
  }
}
