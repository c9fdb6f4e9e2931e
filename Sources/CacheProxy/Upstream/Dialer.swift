import EventLoop
import Platform
import SystemPackage
import Transport

/// Makes connections to servers, for one worker, and tells that worker of its fleet.
///
/// What becomes of a connection is told to `handler`, with its number, when the loop finds its socket ready.
final class Dialer {
  private let loop: EventLoop
  private let names: NameBell
  private let context: ProxyContext
  /// The worker's, which may be a moment behind the newest.
  private(set) var fleet: Fleet
  var handler: (UInt32, Readiness) -> Void = { _, _ in }
  /// A name has been answered; by the number of the connection that waits for it.
  var whenNamed: (UInt32) -> Void = { _ in }

  init(loop: EventLoop, context: ProxyContext) throws(EventLoopError) {
    (self.loop, self.context, fleet) = (loop, context, context.fleet)
    names = try NameBell(loop)
  }

  func adopt(_ fleet: Fleet) { self.fleet = fleet }

  // MARK: Connections

  func isNumber(_ backend: Int) -> Bool { fleet.backends[backend].place.isNumber }

  /// Has the server's name looked up for a connection.
  func lookUp(_ backend: Int, for number: UInt32) {
    names.ask(fleet.backends[backend].place) { [unowned self] in whenNamed(number) }
  }

  /// A connection under way; it is writable when it is there. Nil where it is refused at once.
  func dial(_ backend: Int, as number: UInt32) -> StreamWatch? {
    guard let address = fleet.backends[backend].place.address, let socket = try? Socket.connect(to: address) else {
      return nil
    }
    if !address.isUnix { try? Socket.setNoDelay(socket) }
    try? Socket.setKeepAlive(socket)
    guard let watch = try? StreamWatch(loop: loop, socket: socket, { [unowned self] in handler(number, $0) }) else {
      Socket.close(socket)
      return nil
    }
    fleet.backends[backend].connections.add(1, ordering: .relaxed)
    watch.want(.writable)
    return watch
  }

  /// - Parameter server: whose connection it was; nil: it is not counted there any more.
  func close(_ socket: FileDescriptor, of server: Backend?) {
    server?.connections.subtract(1, ordering: .relaxed)
    loop.close(socket)
  }

  /// Over TLS, where servers speak it: a channel whose handshake is to come, or none where it cannot be had.
  var speaksTLS: Bool { fleet.credentials != nil }
  func channel(_ backend: Int, over socket: FileDescriptor) -> TLSChannel? {
    let name = fleet.settings.serverAuthorities == nil ? nil : fleet.backends[backend].address.host
    return try? fleet.credentials?.context.connect(socket, to: name)
  }

  func greeting(isBinary: Bool) -> StableBox<ServerGreeting>? {
    fleet.login.map { StableBox(ServerGreeting($0, isBinary: isBinary)) }
  }

  // MARK: Statistics

  /// Nil: there is nothing of that name.
  func statistics(_ arguments: Span<UInt8>) -> String? {
    if arguments.isEmpty { return context.report?.matrix }
    return arguments.isEqual(to: Array("proxy".utf8).span) ? context.report?.statistics : nil
  }

  var statisticPairs: [(String, String)] { context.report?.pairs ?? [] }

  // MARK: Servers

  func noteFailure(_ backend: Int, _ why: String) { fleet.noteFailure(backend, why) }
  func noteSuccess(_ backend: Int) { fleet.backends[backend].noteSuccess() }
  /// Where keys move, a server may be the only one that has a key, so for one that has no name here not all are deleted.
  func noteMissed(_ backend: Int, _ key: [UInt8]?) -> Bool {
    if key == nil, fleet.move != nil { return fleet.backends[backend].health == .dead }
    return fleet.noteMissed(backend, key)
  }
  func isSecondSide(_ backend: Int) -> Bool { fleet.isSecondSide(backend) }
  func isPair(_ backend: Int) -> Bool { fleet.isPair(backend) }
  func side(of backend: Int) -> Int { fleet.side(of: backend) }
  func health(of backend: Int) -> Backend.Health { fleet.backends[backend].health }
  func isEjected(_ main: Int) -> Bool { fleet.backends[main].isEjected.load(ordering: .relaxed) }
  /// There are more connections than are to be kept idle, and this one is counted there no more: it is to be closed.
  func takeSpare(_ backend: Int) -> Bool { fleet.backends[backend].takeSpare(above: fleet.settings.idleConnections) }
  var healthVersion: UInt32 { context.notices.currentHealthVersion }
}
