import EventLoop
import Platform
import SystemPackage
import Transport

/// Makes connections to servers, for one worker, and tells that worker of its pool.
///
/// What becomes of a connection is told to `handler`, with its number, when the loop finds its socket ready.
final class Dialer {
  private let loop: EventLoop
  private let names: NameLookups
  private let context: ProxyContext
  /// The worker's, which may be a moment behind the newest.
  private(set) var pool: BackendPool
  var handler: (UInt32, Readiness) -> Void = { _, _ in }
  /// A name has been answered; by the number of the connection that waits for it.
  var whenNamed: (UInt32) -> Void = { _ in }

  init(loop: EventLoop, context: ProxyContext) throws(EventLoopError) {
    (self.loop, self.context, pool) = (loop, context, context.pool)
    names = try NameLookups(loop)
  }

  func adopt(_ pool: BackendPool) { self.pool = pool }

  // MARK: Connections

  func isNumber(_ backend: Int) -> Bool { pool.backends[backend].place.isNumber }

  /// Has the server's name looked up for a connection.
  func lookUp(_ backend: Int, for number: UInt32) {
    names.ask(pool.backends[backend].place) { [unowned self] in whenNamed(number) }
  }

  /// A connection under way; it is writable when it is there. Nil where it is refused at once.
  func dial(_ backend: Int, as number: UInt32) -> StreamWatch? {
    guard let address = pool.backends[backend].place.address, let socket = try? Socket.connect(to: address) else {
      return nil
    }
    if !address.isUnix { try? Socket.setNoDelay(socket) }
    try? Socket.setKeepAlive(socket)
    guard let watch = try? StreamWatch(loop: loop, socket: socket, { [unowned self] in handler(number, $0) }) else {
      Socket.close(socket)
      return nil
    }
    pool.backends[backend].connections.add(1, ordering: .relaxed)
    watch.want(.writable)
    return watch
  }

  /// - Parameter server: whose connection it was; nil: it is not counted there any more.
  func close(_ socket: FileDescriptor, of server: Backend?) {
    server?.connections.subtract(1, ordering: .relaxed)
    loop.close(socket)
  }

  /// Over TLS, where servers speak it: a channel whose handshake is to come, or none where it cannot be had.
  var speaksTLS: Bool { pool.credentials != nil }
  func channel(_ backend: Int, over socket: FileDescriptor) -> TLSChannel? {
    let name = pool.settings.serverAuthorities == nil ? nil : pool.backends[backend].address.host
    return try? pool.credentials?.context.connect(socket, to: name)
  }

  func greeting(isBinary: Bool) -> StableBox<ServerGreeting>? {
    pool.login.map { StableBox(ServerGreeting($0, isBinary: isBinary)) }
  }

  // MARK: Statistics

  /// Nil: there is nothing of that name.
  func statistics(_ arguments: Span<UInt8>) -> String? {
    if arguments.isEmpty { return context.report?.matrix }
    return arguments.isEqual(to: Array("proxy".utf8).span) ? context.report?.statistics : nil
  }

  var statisticPairs: [(String, String)] { context.report?.pairs ?? [] }

  // MARK: Servers

  func noteFailure(_ backend: Int, _ why: String) { pool.noteFailure(backend, why) }
  func noteSuccess(_ backend: Int) { pool.backends[backend].noteSuccess() }
  /// Where keys move, a server may be the only one that has a key, so for one that has no name here not all are deleted.
  func noteMissed(_ backend: Int, _ key: [UInt8]?) -> Bool {
    if key == nil, pool.move != nil { return pool.backends[backend].health == .dead }
    return pool.noteMissed(backend, key)
  }
  func isSecondSide(_ backend: Int) -> Bool { pool.isSecondSide(backend) }
  func isPair(_ backend: Int) -> Bool { pool.isPair(backend) }
  func side(of backend: Int) -> Int { pool.side(of: backend) }
  func health(of backend: Int) -> Backend.Health { pool.backends[backend].health }
  func isEjected(_ main: Int) -> Bool { pool.backends[main].isEjected.load(ordering: .relaxed) }
  /// There are more connections than are to be kept idle, and this one is counted there no more: it is to be closed.
  func takeSpare(_ backend: Int) -> Bool { pool.backends[backend].takeSpare(above: pool.settings.idleConnections) }
  var healthVersion: UInt32 { context.notices.currentHealthVersion }
}
