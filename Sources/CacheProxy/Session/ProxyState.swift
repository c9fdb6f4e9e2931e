import ConnectionServer
import EventLoop
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
/// sent by then is copied (`stashes`). A request is done when none of its operations is under way. Nothing on the way of a request
/// allocates: places are taken from arrays that grow to what is needed and stay.
///
/// **Locks**: none; the worker's thread.
struct ProxyState: ~Copyable {
  var clients = StableArray<ProxyClient>()
  var requests = StableArray<PendingRequest>()
  var operations = StableArray<Operation>()
  var connections = StableArray<UpstreamConnection>()
  var stashes = Stashes()
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
  let router: KeyRouter
  /// Nil without backups.
  let generations: WriteGenerations?
  let dialer: Dialer
  let hasBackups: Bool
  let limits: ProxyLimits
  let counters: ProxyCounters

  static let receiveCapacity = 64 << 10
  static let maxKeys = 512

  init(context: ProxyContext, counters: ProxyCounters, dialer: Dialer) {
    router = context.router
    generations = context.hasBackups ? context.generations : nil
    self.dialer = dialer
    hasBackups = context.hasBackups
    limits = ProxyLimits(context.settings)
    self.counters = counters
    let count = context.backends.count
    routes = RetrievalRoutes(backends: count, keys: Self.maxKeys)
    health = FixedArray(repeating: .alive, count: count)
    sides = FixedArray(repeating: 0, count: count)
    for number in 0..<count { sides[number] = Int32(truncatingIfNeeded: number) }
    for isBinary in [false, true] {
      for number in 0..<count * limits.connectionsPerBackend {
        let connection = UpstreamConnection(backend: number / limits.connectionsPerBackend, isBinary: isBinary)
        _ = connections.insert(connection)
      }
    }
  }

  /// The connection that a key's commands go by, so that they stay in their order.
  func connection(to backend: Int, _ hash: UInt32, isBinary: Bool = false) -> UInt32 {
    let many = limits.connectionsPerBackend
    let number = backend &* many &+ (many == 1 ? 0 : Int(hash &>> 8) % many)
    return UInt32(truncatingIfNeeded: isBinary ? number &+ health.count &* many : number)
  }

  /// Who is asked of the two sides of a pair; of no pair, itself.
  func side(of backend: Int) -> Int { Int(sides[backend]) }

  func isDead(_ backend: Int) -> Bool { health[side(of: backend)] == .dead }

  func isMain(_ backend: Int) -> Bool { backend < limits.mainCount }
}

/// What bounds the work of a worker.
struct ProxyLimits: Sendable {
  let mainCount: Int
  let connectionsPerBackend: Int
  let maxPending: Int
  let maxItemSize: Int
  let answerMemory: Int
  let answerTimeout: UInt32
  let connectTimeout: UInt32
  let refillExptime: Int

  /// Requests of one client under way; what it sends beyond is not read.
  static let requestsPerClient = 256
  /// Bytes that wait for one connection besides one value.
  static let outputBytes = 16 << 20
  /// Milliseconds after which an idle connection is closed by us: before a firewall forgets it and the first request is lost.
  static let idleTime: UInt32 = 60_000

  init(_ settings: ProxySettings) {
    mainCount = settings.mainSides
    connectionsPerBackend = settings.connectionsPerBackend
    maxPending = settings.maxPending
    maxItemSize = settings.maxItemSize
    answerMemory = settings.answerMemory
    answerTimeout = UInt32(settings.answerTimeout)
    connectTimeout = UInt32(settings.connectTimeout)
    refillExptime = settings.refillExptime
  }
}

/// Answers are written straight into the worker's reply buffer, and commands into those of the connections.
extension ByteBuffer: ByteSink {}
