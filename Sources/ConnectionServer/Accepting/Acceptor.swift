import EventLoop
import Platform
import SystemPackage
import Transport

/// The main thread's part: takes clients in and hands them to the workers in turn.
///
/// ```
///   bind() ─ addresses are taken ─▶ open() ─ clients can connect ─▶ ⇄ paused (at -c, or no descriptors) ─▶ close()
/// ```
///
/// Bound and open are two steps because a joiner that is still empty must not answer misses: a bound socket that does not
/// listen refuses its clients, and they go to the peer.
///
/// At the most connections (`-c`) accepting pauses and the kernel's backlog waits; with a refusal (maxconns_fast) the client gets that line
/// instead. All on the thread of the loop.
///
/// A port of datagrams is bound and given up here too; the workers receive from it themselves, from `open` on.
package final class Acceptor: EventHandler {
  private let loop: EventLoop
  private let context: ServingContext
  private let adopt: (FileDescriptor, ListeningPlace.Security) -> Void
  private let serveDatagrams: (FileDescriptor, UInt16) -> Void
  private var listeners: [Listener] = []
  private var resume: Timer?
  private var pausedAt: UInt64?

  /// - Parameters:
  ///   - adopt: takes a client over, with what the place asks of it.
  ///   - serveDatagrams: has descriptors of this socket, which is bound to that port, served.
  package init(
    loop: EventLoop, context: ServingContext,
    adopt: @escaping (FileDescriptor, ListeningPlace.Security) -> Void,
    serveDatagrams: @escaping (FileDescriptor, UInt16) -> Void = { _, _ in }
  ) {
    self.loop = loop
    self.context = context
    self.adopt = adopt
    self.serveDatagrams = serveDatagrams
    resume = Timer(loop: loop) { [unowned self] in resumeIfPossible() }
    loop.dispatch(to: self)
  }

  deinit { close() }

  /// - Parameters:
  ///   - inherited: taken in place of those that the configuration names, where there are any.
  ///   - security: what the inherited ones ask of clients.
  package func bind(_ inherited: [InheritedSocket] = [], _ security: ListeningPlace.Security = .none)
    throws(ListenError)
  {
    listeners =
      inherited.isEmpty
      ? try Listener.bindAll(context.configuration.places) : inherited.map { Listener($0, security) }
  }

  package var addresses: [SocketAddress] { listeners.filter { !$0.isDatagram }.map(\.address) }
  /// The files of its unix sockets, which go at the end.
  package var files: [String] { listeners.compactMap(\.file) }
  package var datagramAddresses: [SocketAddress] { listeners.filter(\.isDatagram).map(\.address) }

  package func open() throws(ListenError) {
    for number in listeners.indices where !listeners[number].isDatagram {
      try listeners[number].open(backlog: context.configuration.listenBacklog, loop: loop, token: UInt32(number))
    }
    want(.readable)
    for listener in listeners where listener.isDatagram {
      listener.dropDatagrams()
      serveDatagrams(listener.socket, listener.address.port)
    }
    context.setListeners(
      listeners.filter { !$0.isDatagram }.map { ConnectionDescription(listener: $0.socket, address: $0.address) })
  }

  /// Gives the addresses up; the file of a unix socket goes.
  package func close() {
    resume?.cancel()
    context.setListeners([])
    for listener in listeners { listener.close() }
    listeners = []
    context.accepting.isAccepting.store(false, ordering: .relaxed)
  }

  private func want(_ readiness: Readiness) {
    for listener in listeners { listener.want(readiness) }
    context.accepting.isAccepting.store(!readiness.isEmpty, ordering: .relaxed)
  }

  // MARK: Accepting

  /// Takes one client in. An accept(2) that finds nobody makes a socket and throws it away: it costs more than the wait
  /// that tells of the next one. And signals, the other addresses and the resume timer come to their turn in a storm.
  package func socketReady(_ token: UInt32, _ readiness: Readiness) {
    guard Int(token) < listeners.count else { return }
    if context.isFull, context.configuration.refusal == nil {
      return pause()
    }
    switch Socket.accept(listeners[Int(token)].socket) {
    case .connection(let client, _): take(client, listeners[Int(token)].security)
    case .wouldBlock: return
    // A failure that lasts would else be met again at once, for ever.
    case .exhausted, .failed: pause()
    }
  }

  private func take(_ client: FileDescriptor, _ security: ListeningPlace.Security) {
    if context.isFull { return refuse(client, security) }
    context.connectionOpened()
    adopt(client, security)
  }

  /// Who speaks TLS would not understand the line.
  private func refuse(_ client: FileDescriptor, _ security: ListeningPlace.Security) {
    context.accepting.rejected.add(1, ordering: .relaxed)
    if security == .none, let line = context.configuration.refusal {
      var answer = ByteBuffer(capacity: line.utf8CodeUnitCount)
      answer.append(line)
      _ = Transport.plain(client).send(&answer)
    }
    Socket.close(client)
  }

  private func pause() {
    if pausedAt != nil { return }
    pausedAt = SystemClock.monotonicNanoseconds()
    context.accepting.timesPaused.add(1, ordering: .relaxed)
    want([])
    // A connection may have closed between the look at the count and the pause.
    resume?.schedule(after: .milliseconds(10))
  }

  /// A connection has closed, or some time has passed.
  package func resumeIfPossible() {
    guard let since = pausedAt else { return }
    if context.isFull {
      resume?.schedule(after: .milliseconds(10))
      return
    }
    pausedAt = nil
    let paused = (SystemClock.monotonicNanoseconds() - since) / 1000
    context.accepting.microsecondsPaused.add(paused, ordering: .relaxed)
    want(.readable)
  }
}
