import ClientLogin
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
  /// Of connections that have not logged in; nil: nobody has to.
  private let logins: LoginService?
  private var watchdog: Timer?
  private var hedgeTimer: Timer?
  let link = Link()
  private let started = SystemClock.coarseMonotonicNanoseconds()

  private static let tick = Duration.milliseconds(50)
  private static let hedgeTick = Duration.milliseconds(5)

  private init(context: ProxyContext, loop: EventLoop) throws(EventLoopError) {
    self.context = context
    counters = ProxyCounters()
    let counters = counters
    logins = context.login.map { login in
      let level = context.settings.verbosity
      let host = LoginContext(login, version: ProxySettings.version, verbosity: { level }, log: context.log)
      return LoginService(host) { counters.add($0 == .attempt ? .logins : .loginErrors) }
    }
    dialer = try Dialer(loop: loop, context: context)
    state = StableBox(ProxyState(context: context, counters: counters, dialer: dialer))
    dialer.handler = { [unowned self] in connectionReady($0, $1) }
    dialer.whenNamed = { [unowned self] number in state.with { $0.named(number) } }
  }

  /// A worker that serves the proxy.
  static func makeWorker(_ context: ProxyContext) throws(EventLoopError) -> (
    thread: WorkerThread, session: ProxySession
  ) {
    let loop = try EventLoop()
    let session = try ProxySession(context: context, loop: loop)
    let thread = try WorkerThread(
      context: context.serving, counters: session.counters.connections, loop: loop, session: session)
    session.worker = thread
    session.logins?.attach(to: thread)
    try session.link.attach(to: loop) { [unowned session] in session.take($0) }
    session.watchdog = Timer(loop: loop) { [unowned session] in session.lookAtClock() }
    session.watchdog?.schedule(every: tick)
    session.hedgeTimer = Timer(loop: loop) { [unowned session] in session.hedge() }
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
    if let logins, let pause = process(input, &consumed, &turn, logins) { return pause }
    return state.with { $0.process(input, &consumed, &turn) }
  }

  /// Nil: it has logged in.
  private func process(
    _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ logins: LoginService
  ) -> Pause? {
    if case .negotiating = Conversation(phase: turn.phase) {
      if input.isEmpty { return .starved }
      let isBinary = input[0] == BinaryHeader.requestMagic
      turn.phase = Conversation.authenticating(isBinary ? .binary : .text).phase
    }
    if case .ready = Conversation(phase: turn.phase) { return nil }
    return logins.session.with { $0.process(input, consumed: &consumed, &turn) }
  }

  /// Where nobody has to log in, all are ready.
  private func logins(for turn: borrowing Turn) -> StableBox<LoginSession>? {
    guard let logins else { return nil }
    if case .ready = Conversation(phase: turn.phase) { return nil }
    return logins.session
  }

  func flush(_ turn: inout Turn) -> Bool {
    if let login = logins(for: turn) { return login.with { $0.flush(&turn) } }
    return state.with { state in
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

  /// Marks the number of a login among those of requests.
  private static let loginBit: UInt32 = 1 << 30

  func suspend(_ turn: inout Turn) -> UInt32? {
    if let login = logins(for: turn) { return login.with { $0.suspend() } | Self.loginBit }
    return state.with { state in
      defer { state.current = .none }
      return state.current == .none ? nil : state.current
    }
  }

  func resume(_ number: UInt32?, _ turn: inout Turn) {
    if let logins, let number, number & Self.loginBit != 0 {
      state.with { $0.current = .none }
      return logins.session.with { $0.resume(number & ~Self.loginBit, &turn) }
    }
    state.with { state in
      state.current = number ?? .none
      guard let number else { return }
      state.clients[number].place = nil
      turn.isUnfinished = true
    }
  }

  func abandon(_ turn: inout Turn) {
    if let login = logins(for: turn) { return login.with { $0.abandon(&turn) } }
    turn.reply.bytes.clear()
    state.with { $0.abandonCurrent() }
  }

  func watchReply(_ number: UInt32, at place: SuspendedPlace) { wait(number, at: place, isFull: false) }
  func holdReply(_ number: UInt32, at place: SuspendedPlace) {
    if let logins, number & Self.loginBit != 0 { return logins.hold(number & ~Self.loginBit, at: place) }
    wait(number, at: place, isFull: true)
  }

  private func wait(_ number: UInt32, at place: SuspendedPlace, isFull: Bool) {
    state.with { state in
      state.clients[number].place = place
      state.clients[number].isFull = isFull
      state.noteReady(number)
    }
  }

  func activity(of number: UInt32) -> ConnectionActivity? { .waiting }

  // MARK: The end of a pass

  var wantsPassEvents: Bool { true }

  func passEnded() {
    state.with { $0.sendAll() }
    tellClients()
    state.with { $0.sendAll() }
    if state.with({ $0.hedges }) { scheduleHedging() }
  }

  private func scheduleHedging() {
    guard let hedgeTimer, !hedgeTimer.isScheduled, state.with({ $0.hasReadsAtPairs }) else { return }
    hedgeTimer.schedule(after: Self.hedgeTick)
  }

  /// The end of the pass looks whether it has to be done again.
  private func hedge() {
    let now = milliseconds
    state.with {
      $0.now = now
      $0.hedgeLate()
    }
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
      case .handshaking: state.performHandshake(number)
      case .greeting: state.resumeGreeting(number)
      case .open: return true
      case .closed, .naming: break
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

  /// A worker as the accepting thread sees it.
  final class Link: Sendable {
    private let message = Mutex(Message())
    private let wakeup = Mutex<Wakeup?>(nil)

    fileprivate struct Message {
      var keys: [[UInt8]] = []
      /// The newest servers, and whom to tell when they are taken.
      var pools: [(pool: BackendPool, taken: @Sendable () -> Void)] = []
    }

    fileprivate func attach(to loop: EventLoop, _ body: @escaping (Message) -> Void) throws(EventLoopError) {
      let wakeup = try Wakeup(loop: loop) { [unowned self] in body(take()) }
      self.wakeup.withLock { $0 = wakeup }
    }

    /// A key is to be copied from where it is kept a second time to its main. From any thread.
    func copy(_ key: [UInt8]) { write { $0.keys.append(key) } }

    /// Other servers from now on. From any thread.
    func adopt(_ pool: BackendPool, _ taken: @escaping @Sendable () -> Void) {
      write { $0.pools.append((pool, taken)) }
    }

    private func write(_ body: (inout Message) -> Void) {
      message.withLock { body(&$0) }
      wakeup.withLock { $0 }?.signal()
    }

    private func take() -> Message {
      message.withLock { message in
        defer { message = Message() }
        return message
      }
    }
  }

  private func take(_ message: Link.Message) {
    state.with { state in
      for (pool, taken) in message.pools {
        state.adopt(pool)
        taken()
      }
      guard state.asksBackups else { return }
      for key in message.keys where !state.askSecond(key.span, .none, withCAS: false) {
        if state.router.route(key.span).backup != nil { state.allGenerations.noteFailedCopy() }
      }
      state.sendAll()
    }
  }
}
