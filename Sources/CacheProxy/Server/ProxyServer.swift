import ClientLogin
import ConnectionServer
import EventLoop
import Platform
import SystemPackage
import Transport

/// One proxy: listeners, workers, and the thread that looks after the backends.
///
/// ```
///   init ──▶ bind() ──▶ (caller: pid file, privileges) ──▶ start() ──▶ (caller: says ready) ──▶ run() ──▶ stopped
/// ```
///
/// `run` blocks its thread, which becomes the accepting one, and probes the servers that are dead. SIGTERM, SIGINT and SIGUSR1 end
/// it: what was read is answered as far as the servers have answered. SIGHUP has users, certificates and servers read anew.
package final class ProxyServer {
  private let context: ProxyContext
  private let loop: EventLoop
  private var acceptor: Acceptor?
  private var workers: [Worker] = []
  private var counters: [ProxyCounters] = []
  private var links: [ProxySession.Link] = []
  private var signals: [SignalEvent] = []
  private let acceptingLoop: AcceptingLoop
  private var healthChecker: HealthChecker?
  private var change: BackendPoolChange?
  /// Reads the settings anew, at SIGHUP.
  package var whenHungUp: (() throws(ProxySettingsError) -> ProxySettings)?
  private var handshakes: Handshakes?
  private var admin: ProxyAdmin?
  private var next = 0

  /// - Parameter log: takes a line for standard error and returns at once; called from any thread.
  package init(settings: ProxySettings, log: @escaping @Sendable (String) -> Void) throws(ProxyError) {
    EventLoop.sendWarnings(to: log)
    do throws(EventLoopError) {
      loop = try EventLoop()
      acceptingLoop = try AcceptingLoop(loop)
    } catch { throw ProxyError("\(error)") }
    var places: [ListeningPlace] = []
    if let path = settings.unixSocket { places.append(.unix(path: path, mode: 0o700)) }
    let security = settings.tls.chain == nil ? ListeningPlace.Security.none : .tls(nil)
    if settings.port != 0 { places.append(.tcp(host: settings.host, port: settings.port, security: security)) }
    let serving = ServingConfiguration(
      places: places, listenBacklog: 1024, maxConnections: settings.maxConnections, refusal: nil,
      requestsPerTurn: 1_000_000)
    context = try ProxyContext(settings: settings, serving: serving, log: log)
    try context.pool.resolveNames()
  }

  package func bind() throws(ProxyError) {
    let acceptor = Acceptor(loop: loop, context: context.serving, adopt: { [unowned self] in hand($0, $1) })
    self.acceptor = acceptor
    do throws(ListenError) {
      try acceptor.bind()
      let context = context
      admin = try context.settings.http.map { (place) throws(ListenError) in
        try ProxyAdmin(host: place.host, port: place.port) { context.report }
      }
    } catch { throw ProxyError(error.description) }
  }

  package var addresses: [SocketAddress] { acceptor?.addresses ?? [] }

  /// Returns when clients can come in.
  package func start() throws(ProxyError) {
    try loadUsers()
    // As the user that reads it at SIGHUP.
    if let path = context.settings.serverLoginFile { _ = try ServerLogin(path) }
    do {
      for number in 0..<context.settings.threads { try startWorker(number) }
      let resumer = try Wakeup(loop: loop) { [unowned self] in acceptor?.resumeIfPossible() }
      context.serving.setWhenRoom { resumer.signal() }
      for signal in [ProcessSignal.terminate, ProcessSignal.interrupt, ProcessSignal.user1] {
        signals.append(try SignalEvent(loop: loop, signal: signal) { [unowned self] in loop.stop() })
      }
      signals.append(try SignalEvent(loop: loop, signal: ProcessSignal.hangUp) { [unowned self] in reload() })
      context.setReport(ProxyReport(context: context, counters: counters))
      try admin?.start()
      handshakes = try startHandshakes()
      healthChecker = HealthChecker(context.pool, loop: acceptingLoop, workers: links)
      change = try BackendPoolChange(context, acceptingLoop, links) { [unowned self] pool in
        healthChecker?.end()
        healthChecker = HealthChecker(pool, loop: acceptingLoop, workers: links)
      }
      try acceptor?.open()
    } catch {
      shutDown()
      throw ProxyError("cannot start: \(error)")
    }
  }

  package func run() {
    loop.run()
    shutDown()
  }

  private func startWorker(_ number: Int) throws {
    let (thread, session) = try ProxySession.makeWorker(context)
    counters.append(session.counters)
    links.append(session.link)
    workers.append(try Worker(number: number, thread))
  }

  private func startHandshakes() throws -> Handshakes? {
    guard let credentials = context.credentials else { return nil }
    let rotation = WorkerRotation(workers)
    return try Handshakes(credentials: credentials, context: context.serving, deliver: { rotation.adopt($0) })
  }

  private func hand(_ socket: FileDescriptor, _ security: ListeningPlace.Security) {
    if security != .none, let handshakes { return handshakes.begin(socket, nil) }
    workers[next % workers.count].adopt(.plain(socket))
    next &+= 1
  }

  // MARK: What is read anew

  /// The users of `-Y`. That everybody may read their passwords is said, and no reason not to serve.
  private func loadUsers() throws(ProxyError) {
    guard let login = context.login, let path = context.settings.authFile else { return }
    if SecretFile.isOpenToAll(path) { context.log("magent: warning: -Y: \(path) is open to everybody on this host") }
    do throws(ReloadFault) { _ = try login.load(path) } catch {
      throw ProxyError("-Y: \(ProxyValue.printable(path)) \(error.why)")
    }
  }

  /// Each thing for itself: what cannot be used keeps what it had.
  private func reload() {
    tell("users") { () throws(ProxyError) in try loadUsers() }
    tell("certificates") { () throws(ProxyError) in
      do throws(TLSError) { try context.credentials?.reload() } catch { throw ProxyError("\(error)") }
    }
    guard let whenHungUp else { return }
    tell("servers") { () throws(ProxyError) in
      let settings: ProxySettings
      do throws(ProxySettingsError) { settings = try whenHungUp() } catch { throw ProxyError(error.description) }
      let changed = settings.keepingProcess(of: context.settings)
      if changed != settings {
        context.log("magent: SIGHUP: what has changed beside the servers waits for the next start")
      }
      try change?.change(to: changed)
      context.log("magent: SIGHUP: \(changed.mains.count) servers, \(changed.backups.count) backups")
    }
  }

  private func tell(_ what: String, _ body: () throws(ProxyError) -> Void) {
    do throws(ProxyError) { try body() } catch {
      context.log("magent: SIGHUP: \(error.description); the \(what) stay as they were")
    }
  }

  private func shutDown() {
    acceptor?.close()
    admin?.stop()
    handshakes?.stop()
    change?.stop()
    (change, healthChecker) = (nil, nil)
    for worker in workers { worker.stop() }
    workers = []
    context.serving.setWhenRoom {}
    context.setReport(nil)
    signals = []
    loop.dispatch(to: nil)
  }
}

/// Why a proxy cannot start, in one line.
package struct ProxyError: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}
