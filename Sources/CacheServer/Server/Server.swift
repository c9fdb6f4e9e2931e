import ClientLogin
import ConnectionServer
import EventLoop
import ItemStore
import Platform
import Synchronization
import SystemPackage
import Transport

/// One daemon: store, listeners, workers, maintenance, and the link to the peer.
///
/// ```
///   init ──▶ bind() ──▶ (caller: pid file, privileges) ──▶ start() ──▶ (caller: says ready) ──▶ run() ──▶ stopped
///            addresses                                     threads start, clients come in,
///            taken or error                                or will when the pair has its copy
/// ```
///
/// `run` blocks its thread, which becomes the accepting one. What can fail has failed before it. SIGTERM, SIGINT,
/// SIGUSR1 (memcached's signal for a graceful end), and the shutdown command end it: no more clients are taken, what
/// was read is answered, the peer is sent what is queued, the socket's file goes.
package final class Server {
  private let context: ServerContext
  let loop: EventLoop
  private var acceptor: Acceptor?
  private var workers: [Worker] = []
  private var rotation: WorkerRotation?
  private var handshakes: Handshakes?
  private var counters: [WorkerCounters] = []
  private var maintenance: Maintenance?
  var signals: [SignalEvent] = []
  private let pairing: Pairing
  let files: ReloadedFiles
  private let supervision: Supervision
  private(set) var notifier: ServiceNotifier?
  private var isOpen = false
  private var isStopped = false
  /// What SIGHUP has read anew, on the thread of `run`.
  package var whenHungUp: () -> Void = {}
  /// Why it ends, if it is not told to.
  private var failure: ServerError?

  /// - Parameters:
  ///   - supervision: who is told how the server is, and sockets that clients come in by.
  ///   - droppedLogLines: how many lines `log` could not write, for `stats`.
  ///   - log: takes a line for standard error and returns at once, for whoever calls has clients that wait; called from
  ///     any thread.
  package init(
    settings: Settings, supervision: Supervision = Supervision(),
    droppedLogLines: @escaping @Sendable () -> UInt64 = { 0 },
    log: @escaping @Sendable (String) -> Void
  ) throws(ServerError) {
    self.supervision = supervision
    context = try ServerContext(settings: settings, droppedLogLines: droppedLogLines, log: log)
    EventLoop.sendWarnings(to: log)
    do {
      loop = try EventLoop()
    } catch {
      throw .system("cannot start the event loop: \(error)")
    }
    pairing = Pairing(context: context)
    access = AdminAccess(context, pairing)
    files = ReloadedFiles(user: settings.user, log: log)
    files.add("-Y", settings.authFile) { [context] (path) throws(ReloadFault) in try context.loadUsers(path) }
    files.add("-o repl_secret", settings.peering.isEnabled ? settings.peering.secretFile : nil) {
      [pairing] (path) throws(ReloadFault) in try pairing.loadSecrets(path)
    }
    files.add("-o ssl_chain_cert", context.usesTLS ? settings.tls.chain : nil) {
      [context] (_) throws(ReloadFault) in try context.loadCertificates()
    }
  }

  /// Takes the addresses of clients and peer, so that a port in use is known before anything is promised.
  package func bind() throws(ServerError) {
    let acceptor = Acceptor(
      loop: loop, context: context.serving, adopt: { [unowned self] in hand($0, $1) },
      serveDatagrams: { [unowned self] in handDatagrams(of: $0, port: $1) })
    self.acceptor = acceptor
    do {
      try acceptor.bind(supervision.inherited, context.settings.isTLSEnabled ? .tls(nil) : .none)
    } catch {
      throw .system(error.description)
    }
    do {
      try pairing.bind()
    } catch {
      acceptor.close()
      throw error
    }
  }

  package var addresses: [SocketAddress] { acceptor?.addresses ?? [] }
  /// Of unix sockets that it has made.
  package var socketFiles: [String] { acceptor?.files ?? [] }
  package var datagramAddresses: [SocketAddress] { acceptor?.datagramAddresses ?? [] }

  /// For those who look after it.
  package var report: ServerReport { ServerReport(context) }

  package let access: AdminAccess

  /// Another peer from now on, and another port of it; nothing else of `peering` is looked at.
  package func changePeer(_ peering: Settings.Peering) { pairing.changePeer(peering) }

  /// Returns when clients can come in; with a peer to join, they may have to wait for its copy, and this does not.
  package func start() throws(ServerError) {
    do throws(ServerError) {
      try startAll()
      let isJoiner = context.settings.peering.peer != nil
      while !isJoiner, !isOpen, !isStopped { loop.runOnce(waiting: true) }
      if let failure { throw failure }
    } catch {
      shutDown()
      throw error
    }
  }

  /// Serves until stopped.
  package func run() throws(ServerError) {
    if !isStopped { loop.run() }
    shutDown()
    if let failure { throw failure }
  }

  func stop() {
    isStopped = true
    notifier?.stopping()
    loop.stop()
  }

  private func startAll() throws(ServerError) {
    try files.load()
    try startThreads()
    notifier = ServiceNotifier(supervision, loop: loop, workers: workers) { [pairing] in pairing.status }
    do {
      try watchSignals()
      let opener = try Wakeup(loop: loop) { [unowned self] in open() }
      let resumer = try Wakeup(loop: loop) { [unowned self] in acceptor?.resumeIfPossible() }
      let stopper = try Wakeup(loop: loop) { [unowned self] in stop() }
      let statistics = Statistics(context: context, counters: counters, pairing: pairing)
      context.serving.setWhenRoom { resumer.signal() }
      context.setHooks {
        $0.shutdown = { stopper.signal() }
        $0.statistics = { statistics.lines($0) }
        $0.samples = { statistics.samples($0) }
        $0.sideNumbers = { statistics.sideNumbers }
        $0.resetStatistics = { statistics.reset() }
        $0.changePeer = { [pairing] in pairing.changePeer($0) }
      }
      try pairing.start(whenReady: { opener.signal() })
    } catch let error as ServerError {
      throw error
    } catch {
      throw .system("cannot start: \(error)")
    }
  }

  private func startThreads() throws(ServerError) {
    for number in 0..<context.settings.threads { try startWorker(number) }
    let rotation = WorkerRotation(workers)
    self.rotation = rotation
    access.setAdopt { rotation.adopt($0) }
    handshakes = try startHandshakes()
    maintenance = try Maintenance(context: context)
  }

  private func startHandshakes() throws(ServerError) -> Handshakes? {
    guard let credentials = context.tls, let rotation else { return nil }
    let context = context
    do {
      return try Handshakes(
        credentials: credentials, context: context.serving,
        report: { context.noteFailedHandshake($0, $1) },
        deliver: { rotation.adopt($0) })
    } catch {
      throw .system("cannot start the thread of handshakes: \(error)")
    }
  }

  private func startWorker(_ number: Int) throws(ServerError) {
    do {
      let (thread, session) = try CacheSession.makeWorker(context: context, journal: pairing.journal(ofWorker: number))
      counters.append(session.counters)
      workers.append(try Worker(number: number, thread))
    } catch {
      throw .system("cannot start a worker thread: \(error)")
    }
  }

  private func open() {
    do {
      try acceptor?.open()
      isOpen = true
      context.setServing(true)
      notifier?.opened()
    } catch {
      failure = .system(error.description)
      stop()
    }
  }

  private func hand(_ socket: FileDescriptor, _ security: ListeningPlace.Security) {
    switch security {
    case .none: rotation?.adopt(.plain(socket))
    case .tls(let verification): handshakes?.begin(socket, verification)
    }
  }

  /// Each worker gets a descriptor of the socket: the first that looks gets a datagram.
  private func handDatagrams(of socket: FileDescriptor, port: UInt16) {
    for worker in workers {
      do throws(Errno) {
        worker.serveDatagrams(of: try Socket.duplicate(socket), port: port)
      } catch {
        context.log("a worker serves no datagrams of port \(port): \(error)")
      }
    }
  }

  // MARK: The end

  private func shutDown() {
    context.setServing(false)
    acceptor?.close()
    handshakes?.stop()
    access.setAdopt(nil)
    for worker in workers { worker.stop() }
    maintenance?.stop()
    pairing.stop()
    context.serving.setWhenRoom {}
    signals = []
    notifier = nil
    loop.dispatch(to: nil)
    // They hold what holds the context: a server that has ended would never be freed.
    context.setHooks { $0 = ServerContext.Hooks() }
  }
}

/// Why a server cannot start, in one line.
package enum ServerError: Error, Sendable, CustomStringConvertible {
  /// The system refuses: a port in use, an unknown host, no memory.
  case system(String)

  package var description: String {
    switch self {
    case .system(let why): why
    }
  }
}
