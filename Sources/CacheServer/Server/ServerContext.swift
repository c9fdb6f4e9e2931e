import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform
import Synchronization

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
  private let hooks = Mutex(Hooks())
  /// Clients and how many there may be.
  let serving: ServingContext
  let acknowledgements: Acknowledgements
  let digests = DigestRequests()
  let sizes = SizeRequests()
  let listings = ConnectionListings()
  /// Takes a line for standard error, from any thread, and returns at once.
  let log: @Sendable (String) -> Void
  let droppedLogLines: @Sendable () -> UInt64

  struct Hooks {
    /// Rings the main thread.
    var shutdown: @Sendable () -> Void = {}
    /// The lines of `stats` for one group, or nil where the group is unknown.
    var statistics: @Sendable (_ group: String) -> [(name: String, value: String)]? = { _ in nil }
    var resetStatistics: @Sendable () -> Void = {}
    /// Why it cannot be; nil: it is.
    var changePeer: @Sendable (_ place: String) -> String? = { _ in nil }
  }

  init(
    settings: Settings, droppedLogLines: @escaping @Sendable () -> UInt64 = { 0 },
    log: @escaping @Sendable (String) -> Void
  ) throws(ServerError) {
    self.settings = settings
    self.droppedLogLines = droppedLogLines
    self.log = log
    acknowledgements = Acknowledgements(limit: settings.peering.acknowledgementMilliseconds.map { .milliseconds($0) })
    serving = ServingContext(ServingConfiguration(settings))
    verbosityWord = Atomic(settings.verbosity)
    let clock = ProcessClock(
      monotonicNanoseconds: SystemClock.monotonicNanoseconds(), unixMicroseconds: SystemClock.unixMicroseconds())
    let watch = WatchLog(observation)
    self.watch = watch
    var configuration = StoreConfiguration(settings)
    configuration.watch = StoreWatch(
      evicted: { watch.evicted($0, $1) }, moved: { watch.pageMoved(from: $0, to: $1) })
    let storeWatch = configuration.watch
    watch.setWhenChanged {
      storeWatch.turn(evictions: $0.contains(.evictions), moves: $0.contains(.systemEvents))
    }
    do {
      store = try ItemStore(configuration, processClock: clock)
    } catch {
      throw .system(error.description)
    }
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

  var accepting: AcceptCounters { serving.accepting }
  var connectionCount: Int { serving.connectionCount }

  // MARK: Hooks

  func setHooks(_ change: (inout Hooks) -> Void) { hooks.withLock { change(&$0) } }
  func requestShutdown() { hooks.withLock { $0.shutdown }() }
  func statistics(_ group: String) -> [(name: String, value: String)]? { hooks.withLock { $0.statistics }(group) }
  func changePeer(_ place: String) -> String? { hooks.withLock { $0.changePeer }(place) }
  func resetStatistics() { hooks.withLock { $0.resetStatistics }() }
}

extension ServingConfiguration {
  init(_ settings: Settings) {
    self.init(
      places: settings.listeningPlaces + settings.datagramPlaces, listenBacklog: Int(settings.listenBacklog),
      maxConnections: settings.maxConnections,
      refusal: settings.refusesExcessConnections ? TextError.tooManyConnections.line : nil,
      requestsPerTurn: settings.requestsPerEvent, datagramReplyLimit: settings.udpReplyLimit)
    idleTimeout = UInt32(clamping: settings.idleTimeout)
    readerTimeout = UInt32(clamping: settings.readerTimeout)
  }
}

extension Settings {
  /// Descriptors that are no client's: listeners, the peer, and for each thread its event loop and wake-ups.
  package var reservedDescriptors: Int {
    (4 + (udpPort.isOff ? 0 : max(2, addresses.count))) * threads + addresses.count + 64
  }

  /// Where clients come in: a unix socket, or each `-l` with the port of `-p` where it has none, or every interface.
  var listeningPlaces: [ListeningPlace] {
    if let path = unixSocket { return [.unix(path: path, mode: unixSocketMode)] }
    return places(port).map { .tcp(host: $0.host, port: $0.port) }
  }

  /// The same places take datagrams, as with memcached: at the port that `-l` tells, where it tells one.
  var datagramPlaces: [ListeningPlace] {
    if unixSocket != nil || udpPort.isOff { return [] }
    return places(udpPort).map { .udp(host: $0.host, port: $0.port) }
  }

  private func places(_ port: ClientPort) -> [(host: String?, port: UInt16)] {
    let given = addresses.isEmpty ? [Address()] : addresses
    return given.filter { ($0.port ?? port.number) != 0 || $0.port == nil && port.isAny }
      .map { ($0.host, $0.port ?? port.number) }
  }
}

extension StoreConfiguration {
  init(_ settings: Settings) {
    self.init()
    memoryLimit = settings.memoryLimit
    // Where what is reserved counts, as memory to be locked or as addresses (`ulimit -v`), nothing is beyond the limit.
    let mayReserve = !settings.locksMemory && !ResourceLimits.isAddressSpaceLimited
    memoryCeiling = mayReserve ? Self.memoryCeiling(for: settings.memoryLimit) : nil
    minChunkSize = settings.smallestChunk
    growthFactor = settings.growthFactor
    maxItemSize = settings.maxItemSize
    if let chunk = settings.largestChunk { maxChunkSize = chunk }
    refusesWhenFull = !settings.evicts
    wantsLargePages = settings.usesLargePages
    expectsPeer = settings.peering.isEnabled
    if let power = settings.hashPower { initialBucketPower = power }
  }
}
