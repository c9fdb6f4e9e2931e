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
  private var next = 0

  /// - Parameter log: takes a line for standard error and returns at once; called from any thread.
  package init(settings: ProxySettings, log: @escaping @Sendable (String) -> Void) throws(ProxyError) {
    EventLoop.sendWarnings(to: log)
    do throws(EventLoopError) { loop = try EventLoop() } catch { throw ProxyError("\(error)") }
    var places: [ListeningPlace] = []
    if let path = settings.unixSocket { places.append(.unix(path: path, mode: 0o700)) }
    if settings.port != 0 { places.append(.tcp(host: settings.host, port: settings.port)) }
    let serving = ServingConfiguration(
      places: places, listenBacklog: 1024, maxConnections: settings.maxConnections, refusal: nil,
      requestsPerTurn: 1_000_000)
    context = ProxyContext(
      settings: settings, serving: serving, backends: try Self.backends(of: settings), log: log)
  }

  /// Names are looked up here, once.
  private static func backends(of settings: ProxySettings) throws(ProxyError) -> [Backend] {
    var backends: [Backend] = []
    for (address, isBackup) in settings.mains.map({ ($0, false) }) + settings.backups.map({ ($0, true) }) {
      let found: [SocketAddress]
      do throws(ResolutionError) {
        found = try SocketAddress.resolve(host: address.host, port: address.port)
      } catch { throw ProxyError(error.description) }
      backends.append(Backend(address, at: found[0], isBackup: isBackup))
    }
    return backends
  }

  package func bind() throws(ProxyError) {
    let acceptor = Acceptor(loop: loop, context: context.serving, adopt: { [unowned self] socket, _ in hand(socket) })
    self.acceptor = acceptor
    do { try acceptor.bind() } catch { throw ProxyError(error.description) }
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
      let report = ProxyReport(context: context, counters: counters)
      context.setReport { report.text(ofProxy: $0) }
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

  private func hand(_ socket: FileDescriptor) {
    workers[next % workers.count].adopt(.plain(socket))
    next &+= 1
  }

  private func shutDown() {
    acceptor?.close()
    caretaker = nil
    for worker in workers { worker.stop() }
    workers = []
    context.serving.setWhenRoom {}
    context.setReport { _ in "END\r\n" }
    signals = []
    loop.dispatch(to: nil)
  }
}

/// Why a proxy cannot start, in one line.
package struct ProxyError: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}
