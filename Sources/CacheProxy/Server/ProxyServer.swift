import ConnectionServer
import EventLoop
import Platform
import Synchronization
import SystemPackage
import Transport

/// One proxy: listeners, workers, and the thread that looks after the backends.
///
/// ```
///   init ──▶ bind() ──▶ (caller: pid file, privileges) ──▶ start() ──▶ (caller: says ready) ──▶ run() ──▶ stopped
/// ```
///
/// `run` blocks its thread, which becomes the accepting one, and probes the backends that are dead. SIGTERM, SIGINT and SIGUSR1 end
/// it: what was read is answered as far as the backends have answered.
package final class ProxyServer {
  private let context: ProxyContext
  private let loop: EventLoop
  private var acceptor: Acceptor?
  private var workers: [Worker] = []
  private var counters: [ProxyCounters] = []
  private var links: [ProxySession.Link] = []
  private var signals: [SignalEvent] = []
  private var caretaker: Caretaker?
  private var handshakes: Handshakes?
  private var admin: ProxyAdmin?
  private var next = 0

  /// - Parameter log: takes a line for standard error and returns at once; called from any thread.
  package init(settings: ProxySettings, log: @escaping @Sendable (String) -> Void) throws(ProxyError) {
    EventLoop.sendWarnings(to: log)
    do throws(EventLoopError) { loop = try EventLoop() } catch { throw ProxyError("\(error)") }
    var places: [ListeningPlace] = []
    if let path = settings.unixSocket { places.append(.unix(path: path, mode: 0o700)) }
    let security = settings.tls.chain == nil ? ListeningPlace.Security.none : .tls(nil)
    if settings.port != 0 { places.append(.tcp(host: settings.host, port: settings.port, security: security)) }
    let serving = ServingConfiguration(
      places: places, listenBacklog: 1024, maxConnections: settings.maxConnections, refusal: nil,
      requestsPerTurn: 1_000_000)
    let backends = try Self.backends(of: settings)
    do throws(TLSError) {
      context = try ProxyContext(settings: settings, serving: serving, backends: backends, log: log)
    } catch { throw ProxyError("\(error)") }
  }

  /// Names are looked up here, once.
  private static func backends(of settings: ProxySettings) throws(ProxyError) -> [Backend] {
    var backends: [Backend] = []
    for address in settings.mains { backends.append(try backend(address.first, isBackup: false)) }
    for (number, address) in settings.mains.enumerated() {
      guard let second = address.second else { continue }
      backends[number].setPartner(backends.count)
      let backend = try backend(second, isBackup: false)
      backend.setPartner(number)
      backends.append(backend)
    }
    for address in settings.backups { backends.append(try backend(address.first, isBackup: true)) }
    return backends
  }

  private static func backend(_ side: BackendAddress.Side, isBackup: Bool) throws(ProxyError) -> Backend {
    do throws(ResolutionError) {
      return Backend(side, at: try SocketAddress.resolve(host: side.host, port: side.port)[0], isBackup: isBackup)
    } catch { throw ProxyError(error.description) }
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
    do {
      for number in 0..<context.settings.threads { try startWorker(number) }
      let resumer = try Wakeup(loop: loop) { [unowned self] in acceptor?.resumeIfPossible() }
      context.serving.setWhenRoom { resumer.signal() }
      for signal in [ProcessSignal.terminate, ProcessSignal.interrupt, ProcessSignal.user1] {
        signals.append(try SignalEvent(loop: loop, signal: signal) { [unowned self] in loop.stop() })
      }
      context.setReport(ProxyReport(context: context, counters: counters))
      try admin?.start()
      handshakes = try startHandshakes()
      caretaker = Caretaker(context: context, loop: loop, workers: links)
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

  private func shutDown() {
    acceptor?.close()
    admin?.stop()
    handshakes?.stop()
    caretaker = nil
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

/// The workers in turn, for the thread of handshakes.
private final class WorkerRotation: Sendable {
  private let workers: [Worker]
  private let next = Atomic<Int>(0)

  init(_ workers: [Worker]) { self.workers = workers }

  func adopt(_ client: Transport) {
    let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
    workers[Int(UInt(bitPattern: number) % UInt(workers.count))].adopt(client)
  }
}
