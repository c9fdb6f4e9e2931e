import ConnectionServer

/// Every flag, in the order in which -h prints them, and behind them the options of `-o`. A new one is an entry here.
extension Flag {
  package static let all = clients + tls + memory + pair + process + questions + extended + options

  private static let clients = [
    Flag(
      "p", "port", "num", \.port, .clientPort, note: "0: off", help: "TCP port to listen on"
    ) { $0.isPortGiven = true },
    Flag(
      "U", "udp-port", "num", \.udpPort, .clientPort, note: "off",
      help: "UDP port to listen on, and the TCP port where there is no -p; for networks that can be trusted"),
    Flag(
      "s", "unix-socket", "file", \.unixSocket, .name("a file's name"),
      help: "unix socket to listen on (no TCP port for clients)"),
    Flag(
      "a", "unix-mask", "mask", \.unixSocketMode, .octalMode, help: "access mask for the unix socket, in octal"),
    Flag(
      "l", "listen", "addr", otherwise: "every interface, IPv4 and IPv6",
      help: "address to listen on: host, host:port, [v6]:port; several with commas or repeated"
    ) { (settings, value) throws(SettingsError) in
      // One that is named twice is one.
      for address in try Settings.Address.list(value) where !settings.addresses.contains(address) {
        settings.addresses.append(address)
      }
    },
    Flag("b", "listen-backlog", "num", \.listenBacklog, .integer(0...1_000_000), help: "backlog queue limit"),
    Flag(
      "c", "conn-limit", "num", \.maxConnections, .integer(1...10_000_000),
      note: "or what the limit of open files allows", help: "max simultaneous connections"
    ) { $0.isConnectionLimitGiven = true },
    Flag(
      "R", "max-reqs-per-event", "num", \.requestsPerTurn, .integer(1...1_000_000_000),
      help: "requests of one connection before the next one has its turn"),
    Flag("t", "threads", "num", \.threads, .integer(1...256), help: "number of threads to use"),
    Flag(
      "B", "protocol", "name", \.bindingProtocol, .bindingProtocol,
      help: "what clients speak: ascii, binary, or auto: the first byte tells"),
    Flag(
      "Y", "auth-file", "file", \.authFile, .name("a file's name"), otherwise: "whoever can connect",
      help: "file with those who may use the cache: lines of user:password, read again at SIGHUP"),
    Flag("S", "enable-sasl", help: "with -Y: clients of the binary protocol log in, too, by SASL PLAIN") {
      $0.isSASLEnabled = true
    },
    Flag("A", "enable-shutdown", help: "enable the \"shutdown\" command") { $0.isShutdownCommandEnabled = true },
    Flag("F", "disable-flush-all", help: "disable the \"flush_all\" command") { $0.isFlushCommandEnabled = false },
    Flag("C", "disable-cas", help: "disable use of CAS (gets shows 0)") { $0.isCASEnabled = false },
    Flag(nil, "disable-dumping", help: "disable the commands that list keys") { $0.isDumpingEnabled = false },
    Flag("W", "disable-watch", help: "disable the \"watch\" command") { $0.isWatchingEnabled = false },
    Flag(
      "D", "prefix-delimiter", "char", \.keyPrefixDelimiter, .character, note: "off",
      help: "delimiter between key prefixes and IDs for per-prefix statistics, and turn them on"
    ) { $0.countsPerPrefix = true },
  ]

  private static let memory = [
    Flag(
      // 256 GB is what the store's 32-bit references can name.
      "m", "memory-limit", "num", \.memoryLimit, .integer(1...(256 << 10), "megabytes", unit: 1 << 20),
      help: "item memory in megabytes"),
    Flag("M", "disable-evictions", otherwise: "evict items", help: "return an error when memory is exhausted") {
      $0.evicts = false
    },
    Flag(
      "I", "max-item-size", "num", \.maxItemSize, .size((1 << 10)...(1 << 30)),
      help: "max item size, with k or m behind the number"),
    Flag("f", "slab-growth-factor", "factor", \.growthFactor, .factor, help: "chunk size growth factor"),
    Flag(
      "n", "slab-min-size", "bytes", \.minChunkSize, .integer(1...(1 << 16)),
      help: "smallest chunk, item header included"),
    Flag("L", "enable-largepages", help: "use large memory pages where available") { $0.usesLargePages = true },
    Flag("k", "lock-memory", help: "lock down all paged memory") { $0.locksMemory = true },
  ]

  private static let pair = [
    Flag(
      "x", "peer", "host", \.peering.peer, .host("a host's name or address (-X tells its port)"),
      help: "host of the peer: connect to it, keep the same content; without -x: wait for the peer"),
    Flag(
      "X", "peer-ports", "num", otherwise: "\(Settings.Peering().listenPort), 0: off",
      help: "TCP port for replication, or <listen:connect>"
    ) { (settings, value) throws(SettingsError) in try settings.peering.setPorts(value) },
    Flag(
      "q", "peer-queue", "num", \.peering.queueRecords, .integer(1...(1 << 30)),
      help: "records that may wait for the peer before they are copied to it later instead"),
  ]

  private static let process = [
    Flag(
      nil, "config", "file", \.configurationFile, .name("a file's name"), otherwise: "none",
      help: "read flags from <file>, one a line; those of the command line count more"),
    Flag(nil, "check", help: "look whether it would start and its peer would pair, say what is wrong, start nothing") {
      $0.onlyChecks = true
    },
    Flag("d", "daemon", help: "run as a daemon") { $0.isDaemon = true },
    Flag(
      "u", "user", "user", \.user, .name("a user's name"), help: "assume identity of <user> (only when run as root)"),
    Flag(
      "P", "pidfile", "file", \.pidFile, .name("a file's name"), help: "save PID in <file>; it is removed at the end"),
    Flag("r", "enable-coredumps", help: "maximize core file limit") { $0.maximizesCore = true },
    Flag("v", "verbose", help: "print what happens to the pair; -vv and -vvv: also what each client asks") {
      $0.verbosity = min($0.verbosity + 1, 3)
    },
  ]

  private static let questions = [
    Flag("h", "help", help: "print this help and exit", asks: .help),
    Flag("V", "version", help: "print the version and exit", asks: .version),
    Flag("i", "license", help: "print the licenses and exit", asks: .license),
  ]

  private static let extended = [
    Flag("o", "extended", "list", help: "comma separated list of extended options") {
      (settings, value) throws(SettingsError) in try settings.setOptions(value.text)
    }
  ]

  package static let options = ownOptions + tlsOptions

  private static let ownOptions = [
    Flag(
      nil, "udp_reply_limit", "num", \.udpReplyLimit, .integer(1...ServingConfiguration.maxDatagramReplyLimit),
      isOption: true, help: "datagrams of 1400 bytes that one datagram is answered with, at most"),
    Flag(
      nil, "maxconns_fast", otherwise: "they wait", isOption: true,
      help: "answer connections beyond -c with an error line and close them"
    ) { $0.refusesExcessConnections = true },
    Flag(nil, "no_maxconns_fast", isOption: true, help: nil) { $0.refusesExcessConnections = false },
    Flag(
      nil, "idle_timeout", "num", \.idleTimeout, .integer(0...86_400_000, "seconds"), note: "never", isOption: true,
      help: "close connections that have asked for nothing for so many seconds"),
    Flag(
      nil, "reader_timeout", "num", \.readerTimeout, .integer(1...86_400, "seconds"), isOption: true,
      help: "close connections that for so many seconds have read nothing of a dump or of what they watch"),
    Flag(nil, "lru_crawler", isOption: true, help: nil) { $0.startsCrawler = true },
    Flag(
      nil, "no_lru_crawler", otherwise: "with it", isOption: true,
      help: "start without the crawler that frees expired items"
    ) { $0.startsCrawler = false },
    Flag(
      nil, "hashpower", "num", \.hashPower, FlagReading.integer(12...32).optional, otherwise: "it grows",
      isOption: true, help: "start the index with 2^<num> buckets"),
    Flag(
      nil, "slab_chunk_max", "kb", \.maxChunkSize,
      FlagReading.powerOfTwo(1...1024, "kilobytes", unit: 1 << 10).optional, otherwise: "512", isOption: true,
      help: "largest chunk in kilobytes; larger items are chained"),
    Flag(
      nil, "no_chunked_items", otherwise: "they are", isOption: true,
      help: "items of up to 1 megabyte are not chained: slab_chunk_max=1024"
    ) { $0.maxChunkSize = 1 << 20 },
    Flag(
      nil, "slab_automove", "level", \.automoveLevel, .automoveLevel, isOption: true, isValueOptional: true,
      help: "0: no page moves to another class but by \"slabs reassign\"; 1, 2: pages move"),
    Flag(nil, "no_slab_automove", isOption: true, help: nil) { $0.automoveLevel = 0 },
    Flag(nil, "no_modern", isOption: true, help: nil) {
      $0.startsCrawler = false
      $0.automoveLevel = 0
      $0.refusesExcessConnections = false
      $0.maxChunkSize = $0.maxChunkSize ?? 1 << 20
    },
    Flag(
      nil, "http", "addr:port", \.http, .httpPlace, otherwise: "none", isOption: true,
      help: "serve /metrics, /healthz and /readyz to monitors there; a port alone: on loopback"),
    Flag(
      nil, "repl_wait", "ms", \.peering.connectMilliseconds, .integer(0...3_600_000, "milliseconds"), isOption: true,
      help: "milliseconds to look for the peer of -x before serving as the master"),
    Flag(
      nil, "repl_queue", "mb", \.peering.queueBytes, .integer(1...4096, "megabytes", unit: 1 << 20), isOption: true,
      help: "megabytes that may wait for the peer, as -q"),
    Flag(
      nil, "repl_ack", "ms", \.peering.acknowledgementMilliseconds,
      FlagReading.integer(1...60_000, "milliseconds").optional, otherwise: "at once", isOption: true,
      help: "answer a write when the peer has it, or after so many milliseconds"),
    Flag(
      nil, "repl_legacy", otherwise: "no", isOption: true,
      help: "the peer may be a repcached 2.x that says nothing, also after a newer one was met"
    ) { $0.peering.expectsLegacy = true },
    Flag(
      nil, "repl_secret", "file", \.peering.secretFile, .name("a file's name"), otherwise: "none", isOption: true,
      help: "file with what both sides must know, read again at SIGHUP: its first line is spoken, each is accepted"),
  ]
}
