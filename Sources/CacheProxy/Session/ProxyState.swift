import ConnectionServer
import EventLoop
import MemcacheClientCore
import MemcacheProtocol
import Platform

/// All that a worker of the proxy owns: its clients that wait, their requests, and its connections to the backends.
///
/// ```
///   client ──▶ request ──▶ request            in the order in which they were sent; answered in that order
///                │  │
///                ▼  ▼
///        operation  operation                 one for each backend that has something to say
///            │          │
///            ▼          ▼
///   connection A   connection B               in the order in which they were sent; answers come in that order
/// ```
///
/// **Purpose.** What a request is and whom it concerns is decided here, without a socket of a client: those are the worker's.
/// `ProxySession` stands between.
///
/// **Invariants.** An answer lies in `received` until its client has its turn, which is right behind the reading: what cannot be
/// sent by then is copied (`bufferPool`). A request is done when none of its operations is under way. Nothing on the way of a request
/// allocates: places are taken from arrays that grow to what is needed and stay.
///
/// **Locks**: none; the worker's thread.
struct ProxyState: ~Copyable {
  var clients = StableArray<ProxyClient>()
  var requests = StableArray<PendingRequest>()
  var operations = StableArray<Operation>()
  var connections = StableArray<UpstreamConnection>()
  var bufferPool = BufferPool()
  /// What a backend has just sent.
  var received = ByteBuffer(capacity: Self.receiveCapacity)
  /// Bytes of it that are answers taken.
  var takenCount = 0
  /// Bytes that the answer behind those wants at least.
  var missingCount = 0
  /// Bytes on their way from one place of this state to another.
  var scratch = ByteBuffer(capacity: 4 << 10)
  /// Connections with something to send.
  var dirty: [UInt32] = []
  /// Connections that are looked at for what takes too long.
  var late: [UInt32] = []
  /// Clients with something to be told.
  var ready: [UInt32] = []
  /// Requests whose answer lies in `received`.
  var inReceived: [UInt32] = []
  /// The client whose turn it is, if it waits for anything.
  var current = UInt32.none
  /// Keys of the retrieval that is read.
  var keys = FixedArray<RequestKey>(repeating: .none, count: Self.maxKeys)
  var routes: RetrievalRoutes
  /// The bytes of a key that came in base64.
  var decodedKey = FixedArray<UInt8>(repeating: 0, count: ProtocolLimits.maxKeyCount)
  /// Whether each backend is worth asking, as it was last seen.
  var health: FixedArray<Backend.Health>
  var healthVersion: UInt32 = 0
  /// Of each backend that may be a pair: the side that is asked.
  var sides: FixedArray<Int32>
  /// Milliseconds.
  var now: UInt32 = 0
  var router: KeyRouter
  /// Nil where keys are kept once: what is under way then ends in `allGenerations`.
  var generations: WriteGenerations?
  let dialer: Dialer
  /// Some keys are kept twice.
  var hasBackups = false
  /// Whether the second place is asked for what the first does not have.
  var asksBackups = false
  /// Keys are copied to where they belong: where they were it is known whether they exist.
  var isMovingKeys = false
  /// Not all workers know of the places where keys will be: nothing is put there.
  var isJoining = false
  var limits: ProxyLimits
  let counters: ProxyCounters
  /// Of each server, its connections: those of the text protocol, then those of the binary protocol.
  var places = FixedArray<UInt32>(repeating: .none, count: 0)
  /// Of each server, where late reads are hedged.
  var latencies: [LatencyWindow] = []
  let allGenerations: WriteGenerations

  static let receiveCapacity = 64 << 10
  static let maxKeys = 512

  init(context: ProxyContext, counters: ProxyCounters, dialer: Dialer) {
    self.dialer = dialer
    self.counters = counters
    allGenerations = context.generations
    router = dialer.pool.router
    limits = ProxyLimits(dialer.pool.settings)
    routes = RetrievalRoutes(backends: 0, keys: 0)
    health = FixedArray(repeating: .alive, count: 0)
    sides = FixedArray(repeating: 0, count: 0)
    setUp(dialer.pool)
    connectPlaces(dialer.pool, before: nil)
  }

  /// What is looked at for each request.
  mutating func setUp(_ pool: BackendPool) {
    router = pool.router
    limits = ProxyLimits(pool.settings)
    hasBackups = pool.hasBackups
    isMovingKeys = pool.move?.stage == .warming
    isJoining = pool.move?.stage == .joining
    asksBackups = hasBackups && (pool.move == nil || isMovingKeys)
    generations = hasBackups ? allGenerations : nil
    let count = pool.backends.count
    routes = RetrievalRoutes(backends: count, keys: Self.maxKeys)
    latencies = Self.windows(of: pool.settings, count: count)
    health = FixedArray(repeating: .alive, count: count)
    sides = FixedArray(repeating: 0, count: count)
    for number in 0..<count { sides[number] = Int32(truncatingIfNeeded: number) }
    healthVersion = 0
  }

  /// The connection that a key's commands go by, so that they stay in their order.
  func connection(to backend: Int, _ hash: UInt32, isBinary: Bool = false) -> UInt32 {
    let many = limits.connectionsPerBackend
    return places[(isBinary ? backend &+ health.count : backend) &* many &+ part(of: hash)]
  }

  /// Which of the connections to a server.
  func part(of hash: UInt32) -> Int {
    limits.connectionsPerBackend == 1 ? 0 : Int(hash &>> 8) % limits.connectionsPerBackend
  }

  /// Who is asked of the two sides of a pair; of no pair, itself.
  func side(of backend: Int) -> Int { Int(sides[backend]) }

  func isDead(_ backend: Int) -> Bool { health[side(of: backend)] == .dead }

  func isMain(_ backend: Int) -> Bool { backend < limits.mainCount }
}

/// What bounds the work of a worker.
struct ProxyLimits: Sendable {
  let mainCount: Int
  let keyedMains: Int
  let ejects: Bool
  let countsFailures: Bool
  let hedges: Bool
  let connectionsPerBackend: Int
  let maxPending: Int
  let maxItemSize: Int
  let answerMemory: Int
  let answerTimeout: UInt32
  let connectTimeout: UInt32
  let refillExptime: Int

  /// Requests of one client under way; what it sends beyond is not read.
  static let requestsPerClient = 256
  /// The greatest -I that memcached and repcached take, and what is around a value.
  static let maxServerItemSize = (1 << 30) + 8192
  /// Bytes that wait for one connection besides one value.
  static let outputBytes = 16 << 20
  /// Milliseconds after which an idle connection is closed here: before a firewall forgets it and the first request is lost.
  static let idleTime: UInt32 = 60_000
  /// The same for one that is more than are to be kept.
  static let spareTime: UInt32 = 1_000

  init(_ settings: ProxySettings) {
    mainCount = settings.mainSides
    keyedMains = settings.mains.count
    ejects = settings.ejects
    countsFailures = settings.failureLimit > 1
    hedges = settings.hedgePercentile > 0
    connectionsPerBackend = settings.connectionsPerBackend
    maxPending = settings.maxPending
    maxItemSize = settings.maxItemSize
    answerMemory = settings.answerMemory
    answerTimeout = UInt32(settings.answerTimeout)
    connectTimeout = UInt32(settings.connectTimeout)
    refillExptime = settings.refillExptime
  }
}
