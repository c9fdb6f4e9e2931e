import Transport

/// What the daemon was told to be: the plain values that the flags fill and every part of the server reads.
///
///     argv ──▶ CommandLineReader ──▶ Flag ──▶ checked() ──▶ Settings ──▶ Server, link, store
///              (which flag)    (what it means)  (together)
///
/// Invariants: each value here is one that the server can run with, taken alone; `checked()` says the same of all of
/// them together. Nothing here asks the system: whether a user, a host or a free port exists is found out later.
/// It must not know how it is told (`Flag`), and holds no lock: it is filled once, before the first thread starts.
package struct Settings: Sendable, Equatable {
  package static let version: StaticString = "3.0.0-alpha1"

  // Where clients come in.

  /// The TCP port of every address that names none. 0: no TCP port for clients.
  package var port: ClientPort = 11211
  package var isPortGiven = false
  /// The UDP port of every address that names none. Off unless it is told: whoever may write another's address on a
  /// datagram can have the answer sent there.
  package var udpPort: ClientPort = 0
  /// Datagrams that one datagram may be answered with.
  package var udpReplyLimit = 16
  /// Empty: every interface, IPv4 and IPv6.
  package var addresses: [Address] = []
  /// When it is there, clients come in here only and no TCP port is opened for them.
  package var unixSocket: String?
  /// Permission bits of the socket file.
  package var unixSocketMode: UInt32 = 0o700
  package var listenBacklog: Int32 = 1024

  // How clients are served.

  package var maxConnections = 1024
  /// Without `-c` the default is optional: where the system lets fewer descriptors be open, there are fewer connections.
  package var isConnectionLimitGiven = false
  /// Beyond `maxConnections`: answer the error line and close, instead of leaving the client in the backlog.
  package var refusesExcessConnections = false
  package var threads = 4
  package var bindingProtocol = BindingProtocol.auto
  /// Requests of one connection before the next connection has its turn.
  package var requestsPerTurn = 20
  /// The file with those who may use the cache; nil: whoever can connect.
  package var authFile: String?
  /// Clients of the binary protocol log in by SASL.
  package var isSASLEnabled = false
  package var isShutdownCommandEnabled = false
  package var isFlushCommandEnabled = true
  /// Commands that list the keys held.
  package var isDumpingEnabled = true
  package var isWatchingEnabled = true
  /// Seconds after which a client that asks for nothing is closed; 0: never.
  package var idleTimeout = 0
  /// Seconds after which a client is closed that reads nothing of a listing, a dump, or of what it watches.
  package var readerTimeout = 60
  package var isCASEnabled = true
  package var keyPrefixDelimiter = UInt8(ascii: ":")
  /// Per-prefix statistics from the start (`-D` turns them on).
  package var countsPerPrefix = false

  // What is kept.

  package var memoryLimit = 64 << 20
  package var maxItemSize = 1 << 20
  package var growthFactor = 1.2
  /// The smallest chunk in bytes, the item's header included.
  package var minChunkSize = 40
  /// The largest chunk in bytes, of which larger items are chained; nil leaves it to the store.
  package var maxChunkSize: Int?
  package var evicts = true
  package var usesLargePages = false
  /// Dead items are looked for from the start, not only after `lru_crawler enable`.
  package var startsCrawler = true
  /// Whether pages move to other classes by themselves, until a client says `slabs automove`: 0 no, 1 and 2 yes.
  package var automoveLevel = 1
  /// The index starts with 2^this buckets' worth of items; nil leaves it to the store.
  package var hashPower: Int?

  // Who looks after it.

  /// Where /metrics and the like are served; nil: nowhere.
  package var http: Address?
  /// They speak TLS there, as with clients (`tls`), and nothing else.
  package var isHTTPSecure = false
  /// Flags that were given and have no meaning here, and why: for -v.
  package var notes: [String] = []

  // The process.

  /// `--check`: nothing is started.
  package var onlyChecks = false

  /// The file of `--config`.
  package var configurationFile: String?

  /// 0 quiet, 1 `-v`, 2 `-vv`, 3 `-vvv`.
  package var verbosity = 0
  package var user: String?
  package var pidFile: String?
  package var isDaemon = false
  package var maximizesCore = false
  package var locksMemory = false

  package var peering = Peering()

  // TLS.

  /// Clients speak TLS, but where their address says otherwise.
  package var isTLSEnabled = false
  package var tls = TLSSettings()
  /// Bytes of a gathered reply that are sealed at a time.
  package var sealedWriteBytes = 16 << 10

  package init() {}
}
