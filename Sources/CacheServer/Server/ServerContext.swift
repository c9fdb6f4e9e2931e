import ItemStore
import Platform
import Synchronization

/// What all threads of a server share: the store, the settings, and a few counts. Immutable but for atomic words.
final class ServerContext: Sendable {
  let settings: Settings
  let store: ItemStore
  let startedAt: Moment
  /// Counts by key prefix, `-D` or `stats detail on`.
  let prefixStatistics: PrefixStatistics

  private let verbosityWord: Atomic<Int>
  private let openConnections = Atomic<Int>(0)
  private let hooks = Mutex(Hooks())
  let accepting = AcceptCounters()
  let acknowledgements: Acknowledgements
  let digests = DigestRequests()
  let listings = ConnectionListings()
  /// Takes a line for standard error, from any thread, and returns at once.
  let log: @Sendable (String) -> Void
  let droppedLogLines: @Sendable () -> UInt64

  struct Hooks {
    /// Rings the main thread.
    var shutdown: @Sendable () -> Void = {}
    var connectionClosed: @Sendable () -> Void = {}
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
    verbosityWord = Atomic(settings.verbosity)
    let clock = ProcessClock(
      monotonicNanoseconds: SystemClock.monotonicNanoseconds(), unixMicroseconds: SystemClock.unixMicroseconds())
    do {
      store = try ItemStore(StoreConfiguration(settings), processClock: clock)
    } catch {
      throw .system(error.description)
    }
    startedAt = clock.moment(
      monotonicNanoseconds: SystemClock.monotonicNanoseconds(), unixMicroseconds: SystemClock.unixMicroseconds())
    prefixStatistics = PrefixStatistics(delimiter: settings.keyPrefixDelimiter, isOn: settings.countsPerPrefix)
  }

  /// Both clocks, read once for a batch of requests.
  func moment() -> Moment {
    store.processClock.moment(
      monotonicNanoseconds: SystemClock.coarseMonotonicNanoseconds(),
      unixMicroseconds: SystemClock.unixMicroseconds())
  }

  // MARK: Verbosity

  var verbosity: Int { verbosityWord.load(ordering: .relaxed) }
  func setVerbosity(_ level: Int) { verbosityWord.store(min(max(level, 0), 3), ordering: .relaxed) }

  // MARK: Connections

  var connectionCount: Int { openConnections.load(ordering: .relaxed) }

  func connectionOpened() { openConnections.add(1, ordering: .relaxed) }

  func connectionClosed() {
    let before = openConnections.subtract(1, ordering: .relaxed).oldValue
    if before >= settings.maxConnections { hooks.withLock { $0.connectionClosed }() }
  }

  // MARK: Hooks

  func setHooks(_ change: (inout Hooks) -> Void) { hooks.withLock { change(&$0) } }
  func requestShutdown() { hooks.withLock { $0.shutdown }() }
  func statistics(_ group: String) -> [(name: String, value: String)]? { hooks.withLock { $0.statistics }(group) }
  func changePeer(_ place: String) -> String? { hooks.withLock { $0.changePeer }(place) }
  func resetStatistics() { hooks.withLock { $0.resetStatistics }() }
}

extension StoreConfiguration {
  init(_ settings: Settings) {
    self.init()
    memoryLimit = settings.memoryLimit
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
