import ConnectionServer
import EventLoop
import MemcacheProtocol
import Platform
import Synchronization
import SystemPackage
import Transport

/// What a worker of the proxy serves: the door between the worker, which has the clients' sockets, and `ProxyState`, which knows what
/// they asked and has the connections to the backends.
///
/// ```
///   client's socket ─▶ worker ─process─▶ ProxyState ─▶ output of a connection ─┐ the pass ends: each is sent once
///   client's socket ◀─ worker ◀─resume── ProxyState ◀─ answers ◀─ backend's socket is readable
/// ```
///
/// A client that waits for an answer is suspended as one that watches (`Pause.watching`): it is read from meanwhile, so what it
/// sends behind is forwarded at once. One that has asked for as much as it may is held, and not read from.
///
/// **Invariants.** The box of the state is never entered twice: what a backend sends is taken in one entry, and the clients
/// concerned are resumed after it, one by one. **Locks**: none; the worker's thread.
final class ProxySession: ProtocolSession {
  let state: StableBox<ProxyState>
  let counters: ProxyCounters
  private let context: ProxyContext
  private let dialer: Dialer
  /// Made while the session is: both are there as long as the worker's thread.
  private weak var worker: WorkerThread?
  private var watchdog: Timer?
  let link = Link()
  private let started = SystemClock.coarseMonotonicNanoseconds()

  private static let tick = Duration.milliseconds(50)

  private init(context: ProxyContext, loop: EventLoop) {
    self.context = context
    counters = ProxyCounters()
    dialer = Dialer(loop: loop, context: context)
    state = StableBox(ProxyState(context: context, counters: counters, dialer: dialer))
    dialer.handler = { [unowned self] in connectionReady($0, $1) }
  }

  /// A worker that serves the proxy.
  static func makeWorker(_ context: ProxyContext) throws(EventLoopError) -> (
    thread: WorkerThread, session: ProxySession
  ) {
    let loop = try EventLoop()
    let session = ProxySession(context: context, loop: loop)
    let thread = try WorkerThread(
      context: context.serving, counters: session.counters.connections, loop: loop, session: session)
    session.worker = thread
    try session.link.attach(to: loop) { [unowned session] in session.copy($0) }
    session.watchdog = Timer(loop: loop) { [unowned session] in session.lookAtClock() }
    session.watchdog?.schedule(every: tick)
    return (thread, session)
  }

  private var milliseconds: UInt32 {
    UInt32(truncatingIfNeeded: (SystemClock.coarseMonotonicNanoseconds() &- started) / 1_000_000)
  }

  // MARK: Clients

  func beginPass() -> UInt32 {
    let now = milliseconds
    state.with {
      $0.now = now
      $0.refreshHealth()
    }
    return now / 1000
  }

  func process(_ input: Span<UInt8>, consumed: inout Int, _ turn: inout Turn) -> Pause {
    state.with { $0.process(input, &consumed, &turn) }
  }

  func flush(_ turn: inout Turn) -> Bool {
    state.with { state in
      state.drain(&turn)
      var none = NoSegments()
      if !turn.send(&none) { return false }
      // Its last answers are worth waiting for.
      guard turn.isEnding, state.isWaiting else { return true }
      turn.isUnfinished = true
      turn.isHeld = true
      return false
    }
  }

  func suspend(_ turn: inout Turn) -> UInt32? {
    state.with { state in
      defer { state.current = .none }
      return state.current == .none ? nil : state.current
    }
  }

  func resume(_ number: UInt32?, _ turn: inout Turn) {
    state.with { state in
      state.current = number ?? .none
      guard let number else { return }
      state.clients[number].place = nil
      turn.isUnfinished = true
    }
  }

  func abandon(_ turn: inout Turn) {
    turn.reply.bytes.clear()
    state.with { $0.abandonCurrent() }
  }

  func watchReply(_ number: UInt32, at place: SuspendedPlace) { wait(number, at: place, isFull: false) }
  func holdReply(_ number: UInt32, at place: SuspendedPlace) { wait(number, at: place, isFull: true) }

  private func wait(_ number: UInt32, at place: SuspendedPlace, isFull: Bool) {
    state.with { state in
      state.clients[number].place = place
      state.clients[number].isFull = isFull
      state.noteReady(number)
    }
  }

  func activity(of number: UInt32) -> ConnectionActivity? { .waiting }

  // MARK: The end of a pass

  var hearsOfPasses: Bool { true }

  func passEnded() {
    state.with { $0.sendAll() }
    tellClients()
    state.with { $0.sendAll() }
  }

  /// Has the clients go on that have an answer; what they are told is sent, and what they ask behind it is forwarded.
  private func tellClients() {
    while let place = state.with({ $0.takeReady() }) { worker?.resume(place.place, readable: place.isFull) }
  }

  // MARK: Backends

  private func connectionReady(_ number: UInt32, _ readiness: Readiness) {
    let isOpen = state.with { state in
      switch state.connections[number].state {
      case .connecting: state.finishConnecting(number)
      case .handshaking: state.shakeHands(number)
      case .open: return true
      case .closed: break
      }
      return false
    }
    if !isOpen { return }
    // A channel that waits to write may have to be read first.
    if readiness.contains(.readable) || state.with({ $0.connections[number].channel != nil }) {
      repeat {
        state.with { $0.receive(number) }
        tellClients()
        state.with { $0.endReceiving(number) }
      } while state.with { $0.connections[number].transport?.hasBufferedInput ?? false }
    }
    if readiness.contains(.writable) { state.with { $0.send(number) } }
  }

  /// Who hangs is given up.
  private func lookAtClock() {
    let now = milliseconds
    state.with {
      $0.now = now
      $0.refreshHealth()
      $0.giveUpLate()
    }
  }

  // MARK: What another thread asks for

  /// A worker as the caretaker sees it.
  final class Link: Sendable {
    private let keys = Mutex<[[UInt8]]>([])
    private let wakeup = Mutex<Wakeup?>(nil)

    fileprivate func attach(to loop: EventLoop, _ body: @escaping ([[UInt8]]) -> Void) throws(EventLoopError) {
      let wakeup = try Wakeup(loop: loop) { [unowned self] in body(take()) }
      self.wakeup.withLock { $0 = wakeup }
    }

    /// A key is to be copied from its backup to its main. From any thread.
    func copy(_ key: [UInt8]) {
      keys.withLock { $0.append(key) }
      wakeup.withLock { $0 }?.signal()
    }

    private func take() -> [[UInt8]] {
      keys.withLock { keys in
        defer { keys = [] }
        return keys
      }
    }
  }

  private func copy(_ keys: [[UInt8]]) {
    state.with { state in
      for key in keys { _ = state.askSecond(key.span, .none, withCAS: false) }
    }
  }
}
