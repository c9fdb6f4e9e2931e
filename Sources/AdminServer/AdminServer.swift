import CacheServer
import ConnectionServer
import EventLoop
import Platform
import Synchronization
import SystemPackage
import Transport

/// HTTP for those who look after a server: `-o http=`.
///
/// ```
///   init ──▶ bind() ──▶ (caller: privileges) ──▶ start() ──▶ a thread of its own: loop ─ HTTPServer ─ AdminSite ──▶ stop()
///            address taken or error                                                                └─ ServerReport
/// ```
///
/// **Purpose.** Metrics and health for monitors, and a page for people. **Invariants.** It runs on no thread that serves clients, and
/// what it reads are atomic words, or stands behind locks that a request does not wait for. It has its say before clients come in and
/// while the server ends: only then is there something to tell of readiness. **Locks**: none. It must not know how a statistic is come
/// by.
package final class AdminServer: Sendable {
  private let place: Settings.Address
  private let report: ServerReport
  private let access: AdminAccess?
  private let inherited: [InheritedSocket]
  private let tls: TLSCredentials?
  private let state = Mutex(State())

  private struct State {
    var listeners: [ListeningSocket] = []
    var wakeup: Wakeup?
    var thread: Thread?
  }

  /// - Parameters:
  ///   - access: what the page shows and does; nil: there is no page.
  ///   - inherited: sockets that are served in place of the one that `place` names, where there are any.
  ///   - tls: what it speaks TLS by, to everybody; nil: it does not.
  package init(
    place: Settings.Address, report: ServerReport, access: AdminAccess? = nil, inherited: [InheritedSocket] = [],
    tls: TLSCredentials? = nil
  ) {
    (self.place, self.report, self.access, self.inherited, self.tls) = (place, report, access, inherited, tls)
  }

  /// Takes the address, so that one in use is known before anything is promised.
  package func bind() throws(ListenError) {
    var listeners = inherited.map { ListeningSocket($0.descriptor, $0.address) }
    if listeners.isEmpty {
      listeners = try Listener.bindAll([.tcp(host: place.host, port: place.port ?? 0)])
        .map { ListeningSocket($0.socket, $0.address) }
    }
    state.withLock { [listeners] in $0.listeners = listeners }
  }

  package var addresses: [SocketAddress] { state.withLock { $0.listeners.map(\.address) } }

  package func start() throws(ListenError) {
    let sockets = state.withLock { $0.listeners.map(\.socket) }
    do {
      let body = try AdminThread(sockets, report, access, tls, HostCheck(configured: place.host))
      let wakeup = body.wakeup
      let thread = try Thread.start(name: "http") { body.run() }
      state.withLock { ($0.wakeup, $0.thread) = (wakeup, thread) }
    } catch {
      throw ListenError("cannot serve HTTP: \(error)")
    }
  }

  package func stop() {
    let ended = state.withLock { state in
      defer { state = State() }
      return state
    }
    ended.wakeup?.signal()
    ended.thread?.join()
    for listener in ended.listeners { Socket.close(listener.socket) }
  }
}

private struct ListeningSocket {
  let socket: FileDescriptor
  let address: SocketAddress

  init(_ socket: FileDescriptor, _ address: SocketAddress) { (self.socket, self.address) = (socket, address) }
}

/// The thread's own side.
private final class AdminThread {
  let wakeup: Wakeup
  private let loop: EventLoop
  private let server: HTTPServer
  private let page: PageRouter?
  private var ticker: Timer?

  private static let backlog = 64
  /// Of what a form brings: a value and its key, percent-encoded.
  private static let maxBodyBytes = 256 << 10

  init(
    _ sockets: [FileDescriptor], _ report: ServerReport, _ access: AdminAccess?, _ tls: TLSCredentials?,
    _ hosts: HostCheck
  ) throws {
    let loop = try EventLoop()
    self.loop = loop
    wakeup = try Wakeup(loop: loop) { [unowned loop] in loop.stop() }
    page = access.map { PageRouter($0) }
    let site = AdminSite(report: report, hosts: hosts, page: page)
    // Each connection begins with the certificate of the moment.
    let secure = tls.map { tls in { tls.context.acceptForeign() } }
    let maxBodyBytes = page == nil ? HTTPServer.maxPartBytes : Self.maxBodyBytes
    server = try HTTPServer(loop: loop, maxBodyBytes: maxBodyBytes, secure: secure) { site.reply(to: $0) }
    for socket in sockets {
      // evhttp closes what it serves.
      let own = try Socket.duplicate(socket)
      try Socket.listen(own, backlog: Self.backlog)
      try server.serve(own)
    }
  }

  func run() {
    if let page {
      ticker = Timer(loop: loop) { page.tick() }
      ticker?.schedule(every: .seconds(1))
    }
    loop.run()
    ticker = nil
  }
}
