import KeyDistribution

/// Every flag, in the order in which -h prints them. A new one is an entry here.
extension ProxyFlag {
  package static let all = known + own + placing + failing + securing + questions

  /// Those of magent 0.5 and 0.6, word by word.
  private static let known = [
    ProxyFlag("u", "user", "name", help: "user to become, where root starts it") {
      (settings, value) throws(ProxySettingsError) in settings.user = try value.name("a user's name")
    },
    ProxyFlag("g", "group", "name", help: "group to become, where root starts it") {
      (settings, value) throws(ProxySettingsError) in settings.group = try value.name("a group's name")
    },
    ProxyFlag("p", "port", "num", default: "11211", help: "TCP port to listen on; 0: off, then -f is needed") {
      (settings, value) throws(ProxySettingsError) in settings.port = UInt16(try value.integer(0...65535))
    },
    ProxyFlag("l", "listen", "addr", default: "0.0.0.0", help: "address to listen on; *: every interface") {
      (settings, value) throws(ProxySettingsError) in
      let host = try value.name("an address or a host name")
      settings.host = host == "*" ? nil : host
    },
    ProxyFlag("s", "server", "host[:port]", help: "main server, or a pair 'a|b'; repeated for each") {
      (settings, value) throws(ProxySettingsError) in settings.mains.append(try value.backend())
    },
    ProxyFlag("b", "backup", "host[:port]", help: "backup server; repeated for each") {
      (settings, value) throws(ProxySettingsError) in settings.backups.append(try value.backend())
    },
    ProxyFlag("n", "conn-limit", "num", \.maxConnections, 1...10_000_000, help: "clients at most"),
    ProxyFlag(
      "i", "idle-connections", "num", \.idleConnections, 1...100_000,
      help: "idle connections kept a server, all workers together"),
    ProxyFlag("k", "ketama", help: "consistent hashing: magent's ketama") { $0.usesKetama = true },
    ProxyFlag("f", "unix-socket", "file", help: "unix socket to listen on") {
      (settings, value) throws(ProxySettingsError) in settings.unixSocket = try value.name("a file's name")
    },
    ProxyFlag("D", "foreground", help: "stay in the foreground") { $0.isDaemon = false },
    ProxyFlag("v", "verbose", help: "tell more, and stay in the foreground") {
      $0.verbosity += 1
      $0.isDaemon = false
    },
  ]

  private static let own = [
    ProxyFlag("t", "threads", "num", \.threads, 1...256, help: "worker threads"),
    ProxyFlag("I", "max-item-size", "size", default: "1m", help: "largest value, 1k to 1024m") {
      (settings, value) throws(ProxySettingsError) in settings.maxItemSize = try value.size(1024...(1 << 30))
    },
    ProxyFlag("P", "pid-file", "file", help: "file for the process's number") {
      (settings, value) throws(ProxySettingsError) in settings.pidFile = try value.name("a file's name")
    },
    ProxyFlag(
      nil, "server-connections", "num", \.connectionsPerBackend, 1...64, help: "connections a worker and server"),
    ProxyFlag(
      nil, "max-pending", "num", \.maxPending, 1...1_000_000, help: "requests under way, a worker and server"),
    ProxyFlag(nil, "answer-memory", "size", default: "64m", help: "answers kept for slow clients, a worker") {
      (settings, value) throws(ProxySettingsError) in settings.answerMemory = try value.size((1 << 20)...(1000 << 20))
    },
    ProxyFlag(nil, "http", "host:port", help: "serve /metrics, /healthz and /readyz there") {
      (settings, value) throws(ProxySettingsError) in settings.http = try value.listeningAddress()
    },
    ProxyFlag(nil, "config", "file", help: "YAML: flags by their long names, read again at SIGHUP") {
      (settings, value) throws(ProxySettingsError) in settings.configurationFile = try value.name("a file's name")
    },
  ]

  /// By what `--distribution` calls them. magent's own have flags of their own.
  private static let rules: [(name: String, rule: DistributionRule)] =
    [("php-standard", .phpMemcacheStandard), ("php-consistent", .phpMemcache)]
    + [
      .modula, .consistent, .ketama, .pythonMemcached, .pymemcache, .twemproxyKetama, .twemproxyModula, .jump,
    ].map { (rule: DistributionRule) in (rule.rawValue, rule) }

  /// Where keys are.
  private static let placing = [
    ProxyFlag(nil, "ketama-06", help: "with -k: all keys to one server, as magent 0.5 and 0.6 have it") {
      $0.hasKetamaBug = true
    },
    ProxyFlag(
      nil, "distribution", "name",
      help: "another program's rule: \(rules.map(\.name).joined(separator: ", "))"
    ) { (settings, value) throws(ProxySettingsError) in
      settings.rule = try value.word({ name in rules.first { $0.name == name }?.rule }, of: rules.map(\.name))
    },
    ProxyFlag(nil, "hash", "name", help: "its hash: \(KeyHash.allCases.map(\.rawValue).joined(separator: ", "))") {
      (settings, value) throws(ProxySettingsError) in
      settings.hash = try value.word(KeyHash.init(rawValue:), of: KeyHash.allCases.map(\.rawValue))
    },
    ProxyFlag(nil, "hash-tag", "{}", help: "what stands between the two is hashed in place of the key") {
      (settings, value) throws(ProxySettingsError) in settings.hashTag = try value.hashTag()
    },
  ]

  /// Servers that fail, and come back.
  private static let failing = [
    ProxyFlag(nil, "timeout", "ms", \.answerTimeout, 1...600_000, help: "milliseconds a server has to answer"),
    ProxyFlag(nil, "connect-timeout", "ms", \.connectTimeout, 1...600_000, help: "milliseconds to connect"),
    ProxyFlag(
      nil, "retry-interval", "ms", \.retryInterval, 10...3_600_000, help: "milliseconds until a dead server is tried"),
    ProxyFlag(
      nil, "failure-limit", "num", \.failureLimit, 1...1000, help: "failures in a row that make a server dead"),
    ProxyFlag(
      nil, "hedge-percentile", "num", \.hedgePercentile, 0...100,
      help: "reads of a pair later than so many of a hundred are asked of its other side too; 0: none"),
    ProxyFlag(nil, "eject", help: "keys of a dead server go to the others") { $0.ejects = true },
    ProxyFlag(nil, "eject-limit", "num", default: "all but one", help: "servers whose keys do so at most") {
      (settings, value) throws(ProxySettingsError) in settings.ejectLimit = try value.integer(1...10_000)
    },
    ProxyFlag(
      nil, "eject-time", "ms", \.ejectTime, 0...86_400_000, help: "milliseconds for which they do at least"),
    ProxyFlag(
      nil, "refill-exptime", "seconds", \.refillExptime, 0...2_592_000,
      help: "life of a refilled item where the backup speaks no meta commands; 0: for ever"),
    ProxyFlag(
      nil, "refill-rate", "num", \.refillRate, 0...10_000_000,
      help: "keys a second to a main that returns, or to where SIGHUP moves them; 0: none"),
    ProxyFlag(
      nil, "warm-up", "seconds", \.warmUp, 0...2_592_000,
      help: "keys that SIGHUP moves are looked for where they were, for so long at most"),
  ]

  /// Logins and TLS.
  private static let securing = [
    ProxyFlag("Y", "auth-file", "file", help: "serve only users who log in: a line user:password for each") {
      (settings, value) throws(ProxySettingsError) in settings.authFile = try value.name("a file's name")
    },
    ProxyFlag("S", "enable-sasl", help: "with -Y: clients of the binary protocol log in by SASL PLAIN") {
      $0.acceptsSASL = true
    },
    ProxyFlag(nil, "server-login", "file", help: "user:password for servers that want a login") {
      (settings, value) throws(ProxySettingsError) in settings.serverLoginFile = try value.name("a file's name")
    },
    ProxyFlag(nil, "tls-cert", "file", help: "clients speak TLS: certificate and those that lead to its authority") {
      (settings, value) throws(ProxySettingsError) in settings.tls.chain = try value.name("a file's name")
    },
    ProxyFlag(nil, "tls-key", "file", help: "the certificate's key") {
      (settings, value) throws(ProxySettingsError) in settings.tls.key = try value.name("a file's name")
    },
    ProxyFlag(nil, "server-tls", help: "servers are spoken to over TLS") { $0.isServerTLSEnabled = true },
    ProxyFlag(nil, "server-tls-ca", "file", help: "authorities by which the servers' certificates are judged") {
      (settings, value) throws(ProxySettingsError) in settings.serverAuthorities = try value.name("a file's name")
    },
  ]

  private static let questions = [
    ProxyFlag("h", "help", help: "print this and end", asks: .help),
    ProxyFlag("V", "version", help: "print the version and end", asks: .version),
  ]
}
