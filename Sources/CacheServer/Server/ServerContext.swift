import ClientLogin
import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform
import Synchronization
import Transport

/// What all threads of a server share: the store, the settings, and a few counts. Immutable but for atomic words.
final class ServerContext: Sendable {
  let settings: Settings
  let store: ItemStore
  let startedAt: Moment
  /// Counts by key prefix, `-D` or `stats detail on`.
  let prefixStatistics: PrefixStatistics

  /// Who looks on while requests are executed.
  let observation = Observation()
  /// What is shown to who watches.
  let watch: WatchLog
  /// What is told of the crawler and means nothing here.
  let crawlerTuning = CrawlerTuning()
  private let verbosityWord: Atomic<Int>
  private let servingWord = Atomic<Bool>(false)
  private let hooks = Mutex(Hooks())
  /// Clients and how many there may be.
  let serving: ServingContext
  /// Of clients, -Z; nil: they speak none.
  let tls: TLSCredentials?
  /// Of the pair, -o repl_tls.
  let pairTLS: TLSCredentials?
  /// Of the page, -o http_tls: those of clients, if they speak it.
  let pageTLS: TLSCredentials?
  let acknowledgements: Acknowledgements
  let digests = DigestRequests()
  let sizes = SizeRequests()
  let listings = ConnectionListings()
  let certificates = CertificateRequests()
  /// For those who look at the pair.
  let pairMonitor = PairMonitor()
  /// Connections of this process to itself.
  let trustedSockets = TrustedSockets()
  /// Who may use the cache; nil: whoever can connect.
  let login: Login?
  /// Takes a line for standard error, from any thread, and returns at once.
  let log: @Sendable (String) -> Void
  let droppedLogLines: @Sendable () -> UInt64
  /// By which logins wait.
  let monotonicNanoseconds: @Sendable () -> UInt64

  struct Hooks {
    /// Rings the main thread.
    var shutdown: @Sendable () -> Void = {}
    /// The lines of `stats` for one group, or nil where the group is unknown.
    var statistics: @Sendable (_ group: String) -> [(name: String, value: String)]? = { _ in nil }
    /// The same with all that is known of each, for other forms than lines.
    var samples: @Sendable (_ group: String) -> [MetricSample]? = { _ in nil }
    /// This side's, for the peer and for those who look at both.
    var sideNumbers: @Sendable () -> SideNumbers? = { nil }
    var resetStatistics: @Sendable () -> Void = {}
    /// Why it cannot be; nil: it is.
    var changePeer: @Sendable (_ place: String) -> String? = { _ in nil }
  }

  init(
    settings: Settings, droppedLogLines: @escaping @Sendable () -> UInt64 = { 0 },
    monotonicNanoseconds: @escaping @Sendable () -> UInt64 = { SystemClock.monotonicNanoseconds() },
    log: @escaping @Sendable (String) -> Void
  ) throws(ServerError) {
    self.settings = settings
    self.monotonicNanoseconds = monotonicNanoseconds
    self.droppedLogLines = droppedLogLines
    self.log = log
    acknowledgements = Acknowledgements(limit: settings.peering.acknowledgementMilliseconds.map { .milliseconds($0) })
    login = settings.authFile == nil ? nil : Login(acceptsSASL: settings.isSASLEnabled)
    serving = ServingContext(ServingConfiguration(settings))
    do {
      tls = settings.isTLSEnabled ? try TLSCredentials(settings.tls, for: .clients) : nil
      pairTLS = settings.peering.usesTLS ? try TLSCredentials(settings.tls, for: .pair) : nil
      let needsOwn = settings.isHTTPSecure && tls == nil
      pageTLS = needsOwn ? try TLSCredentials(settings.tls, for: .clients) : settings.isHTTPSecure ? tls : nil
    } catch {
      throw .system(error.description)
    }
    verbosityWord = Atomic(settings.verbosity)
    let clock = ProcessClock(
      monotonicNanoseconds: SystemClock.monotonicNanoseconds(), unixMicroseconds: SystemClock.unixMicroseconds())
    let watch = WatchLog(observation)
    self.watch = watch
    var configuration = StoreConfiguration(settings)
    configuration.watch = StoreWatch(
      evicted: { watch.evicted($0, $1) }, moved: { watch.pageMoved(from: $0, to: $1) })
    // It holds the log itself.
    watch.setWhenChanged { [weak storeWatch = configuration.watch] in
      storeWatch?.turn(evictions: $0.contains(.evictions), moves: $0.contains(.systemEvents))
    }
    do {
      store = try ItemStore(configuration, processClock: clock)
    } catch {
      throw .system(error.description)
    }
    store.setAutomove(level: settings.automoveLevel)
    startedAt = clock.moment(
      monotonicNanoseconds: SystemClock.monotonicNanoseconds(), unixMicroseconds: SystemClock.unixMicroseconds())
    prefixStatistics = PrefixStatistics(
      delimiter: settings.keyPrefixDelimiter, isOn: settings.countsPerPrefix, observation: observation)
    setVerbosity(settings.verbosity)
    store.turnCrawler(on: settings.startsCrawler)
  }

  /// Both clocks, read once for a batch of requests.
  func moment() -> Moment {
    store.processClock.moment(
      monotonicNanoseconds: SystemClock.coarseMonotonicNanoseconds(),
      unixMicroseconds: SystemClock.unixMicroseconds())
  }

  // MARK: Verbosity

  var verbosity: Int { verbosityWord.load(ordering: .relaxed) }
  func setVerbosity(_ level: Int) {
    verbosityWord.store(min(max(level, 0), 3), ordering: .relaxed)
    observation.set(.logged, on: verbosity > 1)
  }

  // MARK: Connections

  /// Clients can come in.
  var isServing: Bool { servingWord.load(ordering: .relaxed) }
  func setServing(_ isServing: Bool) { servingWord.store(isServing, ordering: .relaxed) }

  var accepting: AcceptCounters { serving.accepting }
  var connectionCount: Int { serving.connectionCount }

  // MARK: Rights

  /// This server, as logins see it.
  var loginHost: LoginContext {
    LoginContext(
      login, version: Settings.version, verbosity: { self.verbosity },
      monotonicNanoseconds: monotonicNanoseconds, log: log)
  }

  /// Whether a client may change who the daemon is paired with, and what else takes the whole cache to somebody. With a login
  /// whoever has logged in may, and nobody else has a command executed; without one only who is on this host.
  ///
  /// - Parameter client: its address; nil: it has none, or has gone.
  func mayAdministrate(_ client: SocketAddress?) -> Bool { login != nil || client?.isLoopback == true }

  /// See `Login.load`. That everybody may read the passwords is said, and no reason not to serve: memcached does.
  func loadUsers(_ path: String) throws(ReloadFault) -> String {
    if SecretFile.isOpenToAll(path) {
      log("-Y: \(SettingsValue.printable(path)) is open to everybody on this host: chmod 640 it")
    }
    return try login?.load(path) ?? ""
  }

  // MARK: Hooks

  func setHooks(_ change: (inout Hooks) -> Void) { hooks.withLock { change(&$0) } }
  func requestShutdown() { hooks.withLock { $0.shutdown }() }
  func statistics(_ group: String) -> [(name: String, value: String)]? { hooks.withLock { $0.statistics }(group) }
  func samples(_ group: String) -> [MetricSample]? { hooks.withLock { $0.samples }(group) }
  func sideNumbers() -> SideNumbers? { hooks.withLock { $0.sideNumbers }() }
  func changePeer(_ place: String) -> String? { hooks.withLock { $0.changePeer }(place) }
  func resetStatistics() { hooks.withLock { $0.resetStatistics }() }
}

extension ServingConfiguration {
  init(_ settings: Settings) {
    self.init(
      places: settings.listeningPlaces + settings.datagramPlaces, listenBacklog: Int(settings.listenBacklog),
      maxConnections: settings.maxConnections,
      refusal: settings.refusesExcessConnections ? TextError.tooManyConnections.line : nil,
      requestsPerTurn: settings.requestsPerTurn, datagramReplyLimit: settings.udpReplyLimit)
    sealedWriteBytes = settings.sealedWriteBytes
    idleTimeout = UInt32(clamping: settings.idleTimeout)
    readerTimeout = UInt32(clamping: settings.readerTimeout)
  }
}

extension Settings {
  /// Descriptors that are no client's: listeners, the peer, and for each thread its event loop and wake-ups.
  package var reservedDescriptors: Int {
    (4 + (udpPort.isOff ? 0 : max(2, addresses.count))) * threads + addresses.count + (http == nil ? 0 : 32) + 64
  }

  /// Where clients come in: a unix socket, or each `-l` with the port of `-p` where it has none, or every interface.
  var listeningPlaces: [ListeningPlace] {
    if let path = unixSocket { return [.unix(path: path, mode: unixSocketMode)] }
    return places(port).map { .tcp(host: $0.host, port: $0.port, security: $0.security) }
  }

  /// The same places take datagrams, as with memcached: at the port that `-l` tells, where it tells one.
  var datagramPlaces: [ListeningPlace] {
    if unixSocket != nil || udpPort.isOff { return [] }
    return places(udpPort).map { .udp(host: $0.host, port: $0.port) }
  }

  private func places(
    _ port: ClientPort
  ) -> [(host: String?, port: UInt16, security: ListeningPlace.Security)] {
    let usual = isTLSEnabled ? ListeningPlace.Security.tls(nil) : .none
    let given = addresses.isEmpty ? [Address()] : addresses
    return given.filter { ($0.port ?? port.number) != 0 || $0.port == nil && port.isAny }
      .map { ($0.host, $0.port ?? port.number, $0.security ?? usual) }
  }
}

extension StoreConfiguration {
  init(_ settings: Settings) {
    self.init()
    memoryLimit = settings.memoryLimit
    // Where what is reserved counts, as memory to be locked or as addresses (`ulimit -v`), nothing is beyond the limit.
    let mayReserve = !settings.locksMemory && !ResourceLimits.isAddressSpaceLimited
    memoryCeiling = mayReserve ? Self.memoryCeiling(for: settings.memoryLimit) : nil
    minChunkSize = settings.minChunkSize
    growthFactor = settings.growthFactor
    maxItemSize = settings.maxItemSize
    if let chunk = settings.maxChunkSize { maxChunkSize = chunk }
    refusesWhenFull = !settings.evicts
    wantsLargePages = settings.usesLargePages
    expectsPeer = settings.peering.isEnabled
    if let power = settings.hashPower { initialBucketPower = power }
  }
}
