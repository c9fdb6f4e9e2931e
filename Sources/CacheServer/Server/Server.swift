import EventLoop
import ItemStore
import Platform
import Synchronization
import SystemPackage

/// One daemon: store, listeners, workers, maintenance, and the link to the peer.
///
/// ```
///   init ──▶ bind() ──▶ (caller: pid file, privileges) ──▶ run() ──▶ returns when stopped
///            addresses                                     threads start, clients come in
///            taken or error                                when the pair allows it
/// ```
///
/// `run` blocks its thread, which becomes the accepting one. SIGTERM, SIGINT, and the shutdown command end it: no more
/// clients are taken, what was read is answered, the peer is sent what is queued, the socket's file goes.
package final class Server {
  private let context: ServerContext
  private let loop: EventLoop
  private var acceptor: Acceptor?
  private var workers: [Worker] = []
  private var maintenance: Maintenance?
  private var signals: [SignalEvent] = []
  private let pairing: Pairing
  private var nextWorker = 0
  /// Why it ends, if it is not told to.
  private var failure: ServerError?

  /// - Parameter log: takes a line for standard error; called from any thread.
  package init(settings: Settings, log: @escaping @Sendable (String) -> Void) throws(ServerError) {
    context = try ServerContext(settings: settings, log: log)
    do {
      loop = try EventLoop()
    } catch {
      throw .system("cannot start the event loop: \(error)")
    }
    pairing = Pairing(context: context)
  }

  /// Takes the addresses of clients and peer, so that a port in use is known before anything is promised.
  package func bind() throws(ServerError) {
    let acceptor = Acceptor(loop: loop, context: context) { [unowned self] in hand($0) }
    self.acceptor = acceptor
    try acceptor.bind()
    do {
      try pairing.bind()
    } catch {
      acceptor.close()
      throw error
    }
  }

  package var addresses: [SocketAddress] { acceptor?.addresses ?? [] }

  /// Serves until stopped.
  package func run() throws(ServerError) {
    do {
      try start()
      loop.run()
    } catch {
      failure = error
    }
    shutDown()
    if let failure { throw failure }
  }

  private func start() throws(ServerError) {
    try startThreads()
    do {
      try watchSignals()
      let opener = try Wakeup(loop: loop) { [unowned self] in open() }
      let resumer = try Wakeup(loop: loop) { [unowned self] in acceptor?.resumeIfPossible() }
      let stopper = try Wakeup(loop: loop) { [unowned self] in loop.stop() }
      let statistics = Statistics(context: context, counters: workers.map(\.counters), pairing: pairing)
      context.setHooks {
        $0.shutdown = { stopper.signal() }
        $0.connectionClosed = { resumer.signal() }
        $0.statistics = { statistics.lines($0) }
        $0.resetStatistics = { statistics.reset() }
      }
      try pairing.start(whenReady: { opener.signal() })
    } catch let error as ServerError {
      throw error
    } catch {
      throw .system("cannot start: \(error)")
    }
  }

  private func startThreads() throws(ServerError) {
    for number in 0..<context.settings.threads {
      workers.append(try Worker(number: number, context: context, journal: pairing.journal(ofWorker: number)))
    }
    maintenance = try Maintenance(context: context)
  }

  private func open() {
    do {
      try acceptor?.open()
    } catch {
      failure = error
      loop.stop()
    }
  }

  private func hand(_ socket: FileDescriptor) {
    workers[nextWorker].adopt(socket)
    nextWorker = (nextWorker + 1) % workers.count
  }

  // MARK: The end

  private func watchSignals() throws(EventLoopError) {
    for signal in [ProcessSignal.terminate, ProcessSignal.interrupt] {
      signals.append(try SignalEvent(loop: loop, signal: signal) { [unowned self] in loop.stop() })
    }
    // A terminal that goes away is no reason to lose the cache.
    signals.append(try SignalEvent(loop: loop, signal: ProcessSignal.hangUp) {})
  }

  private func shutDown() {
    acceptor?.close()
    for worker in workers { worker.stop() }
    maintenance?.stop()
    pairing.stop()
    signals = []
    loop.dispatch(to: nil)
  }
}
