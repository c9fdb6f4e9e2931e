import ClientLogin
import ConnectionServer
import EventLoop
import ItemStore
import MemcacheProtocol
import Platform
import Replication
import SystemPackage
import Transport

/// What a worker of the cache serves: finds out which protocol a connection speaks, has it log in where there is a login, and
/// hands it to its protocol's session.
///
/// It is the session as the worker sees it. What it holds is changed in place, through a box: nobody calls it while it calls,
/// see `ProtocolSession`. It also owns the timer and the wake-up of replies that wait for the peer, for which it has the worker
/// go on with their connections.
final class CacheSession: ProtocolSession {
  let counters: WorkerCounters
  let context: ServerContext
  private let store: LentReference<ItemStore>
  private let journal: WorkerJournal?
  let text: StableBox<TextSession>
  private let binary: StableBox<BinarySession>
  let logins: LoginService
  /// Of connections that have not logged in.
  let login: StableBox<LoginSession>
  let acks: SharedAckGate
  /// Made while the session is: both are there as long as the worker's thread.
  private(set) weak var worker: WorkerThread?
  /// Those of its connections that watch and have nothing to be told.
  var watching: [(place: SuspendedPlace, subscription: WatchSubscription)] = []
  var watchTimer: Timer?
  let closeReasons = CloseReasons()
  var ackTimer: Timer?
  var ackWakeup: AckWakeup?

  init(context: ServerContext, journal: WorkerJournal?) {
    self.context = context
    self.journal = journal
    store = LentReference(context.store)
    counters = WorkerCounters(classCount: context.store.chunkSizes.count - 1)
    acks = SharedAckGate(AckGate(context.acknowledgements, journal))
    let pins = PinnedValues(store: context.store)
    text = StableBox(TextSession(context: context, journal: journal, counters: counters, pins: pins, acks: acks))
    binary = StableBox(BinarySession(context: context, journal: journal, counters: counters, pins: pins, acks: acks))
    let reasons = closeReasons
    text.with { $0.closeReasons = reasons }
    binary.with { $0.closeReasons = reasons }
    let counters = counters
    logins = LoginService(context.loginHost) { counters.add($0 == .attempt ? .authCommands : .authErrors) }
    login = logins.session
  }

  /// A worker that serves the cache.
  ///
  /// - Parameter journal: is told of the mutations this worker makes.
  static func makeWorker(
    context: ServerContext, journal: WorkerJournal?
  ) throws(EventLoopError) -> (thread: WorkerThread, session: CacheSession) {
    let session = CacheSession(context: context, journal: journal)
    let loop = try EventLoop()
    let thread = try WorkerThread(
      context: context.serving, counters: session.counters.connections, loop: loop, session: session)
    try session.attach(to: thread)
    return (thread, session)
  }

  private func attach(to worker: WorkerThread) throws(EventLoopError) {
    self.worker = worker
    context.listings.register(worker.mailbox)
    watchTimer = Timer(loop: worker.loop) { [unowned self] in tellWatchers() }
    logins.attach(to: worker)
    guard context.acknowledgements.isOn else { return }
    ackTimer = Timer(loop: worker.loop) { [unowned self] in releaseReplies() }
    let wakeup = AckWakeup(wakeup: try Wakeup(loop: worker.loop) { [weak self] in self?.releaseReplies() })
    ackWakeup = wakeup
    context.acknowledgements.register(wakeup)
  }

  // MARK: Requests

  func beginPass() -> UInt32 {
    let moment = context.moment()
    text.with { $0.update(at: moment) }
    binary.with { $0.update(at: moment) }
    store.with { $0.advance(to: moment) }
    return moment.seconds
  }

  func process(_ input: Span<UInt8>, consumed: inout Int, _ turn: inout Turn) -> Pause {
    switch Conversation(phase: turn.phase) {
    case .ready(.text): return text.with { $0.process(input, consumed: &consumed, &turn) }
    case .ready(.binary): return binary.with { $0.process(input, consumed: &consumed, &turn) }
    case .negotiating:
      if input.isEmpty { return .starved }
      let isTrusted = context.trustedSockets.admit(turn.transport.socket)
      turn.phase = (isTrusted ? Conversation.ready(.text) : beginning(protocolSpoken(input[0]))).phase
      return process(input, consumed: &consumed, &turn)
    case .authenticating:
      if let pause = login.with({ $0.process(input, consumed: &consumed, &turn) }) {
        // It closes those alone that may not go on.
        if turn.isClosing { closeReasons.note(.error, turn.transport.socket) }
        return pause
      }
      // It may not be the first that is processed in this turn, which is when a session begins one.
      if acks.isOn { acks.beginTurn() }
      return process(input, consumed: &consumed, &turn)
    }
  }

  private func beginning(_ spoken: Conversation.`Protocol`) -> Conversation {
    if context.login == nil { return .ready(spoken) }
    return .authenticating(spoken == .text ? .text : .binary)
  }

  /// The protocol that a connection speaks whose first byte this is.
  private func protocolSpoken(_ first: UInt8) -> Conversation.`Protocol` {
    switch context.settings.bindingProtocol {
    case .auto: first == BinaryHeader.requestMagic ? .binary : .text
    case .ascii: .text
    case .binary: .binary
    }
  }

  func flush(_ turn: inout Turn) -> Bool {
    switch Conversation(phase: turn.phase) {
    case .ready(.text): text.with { $0.flush(&turn) }
    case .ready(.binary): binary.with { $0.flush(&turn) }
    case .negotiating, .authenticating: login.with { $0.flush(&turn) }
    }
  }

  func receiveDirectly(_ turn: inout Turn) -> Received? {
    switch Conversation(phase: turn.phase) {
    case .ready(.text): text.with { $0.receiveDirectly(&turn) }
    case .ready(.binary): binary.with { $0.receiveDirectly(&turn) }
    case .negotiating, .authenticating: nil
    }
  }

  func abandon(_ turn: inout Turn) {
    switch Conversation(phase: turn.phase) {
    case .ready(.text): text.with { $0.abandon(&turn) }
    case .ready(.binary): binary.with { $0.abandon(&turn) }
    case .negotiating, .authenticating: login.with { $0.abandon(&turn) }
    }
  }

  // MARK: What connections leave unfinished

  func suspend(_ turn: inout Turn) -> UInt32? {
    switch Conversation(phase: turn.phase) {
    case .ready(.text): SuspendedState.text(text.with { $0.suspend(&turn) }).number
    case .ready(.binary): SuspendedState.binary(binary.with { $0.suspend(&turn) }).number
    case .negotiating, .authenticating: SuspendedState.login(login.with { $0.suspend() }).number
    }
  }

  func resume(_ state: UInt32?, _ turn: inout Turn) {
    switch state.map({ SuspendedState($0) }) {
    case nil: break
    case .text(let number): text.with { $0.resume(number, &turn) }
    case .binary(let number): binary.with { $0.resume(number, &turn) }
    case .login(let number): login.with { $0.resume(number, &turn) }
    }
  }

  func isStreaming(_ state: UInt32) -> Bool {
    switch SuspendedState(state) {
    case .text(let number): text.with { $0.unfinished[number].isStreaming }
    case .binary(let number): binary.with { $0.unfinished[number].statistics != nil }
    case .login: false
    }
  }

  func activity(of state: UInt32) -> ConnectionActivity? {
    switch SuspendedState(state) {
    case .text(let number): text.with { $0.activity(of: number) }
    case .binary(let number): binary.with { $0.activity(of: number) }
    case .login: nil
    }
  }

  /// - Parameter body: not called of a login, which waits for nobody's word.
  func withHeldReply(_ state: UInt32, _ body: (inout AckGate.HeldReply) -> Void) {
    switch SuspendedState(state) {
    case .text(let number): text.with { body(&$0.unfinished[number].held) }
    case .binary(let number): binary.with { body(&$0.unfinished[number].held) }
    case .login: break
    }
  }

  // MARK: Datagrams

  func isAwaitingInput(_ turn: borrowing Turn) -> Bool {
    switch Conversation(phase: turn.phase) {
    case .ready(.text): text.with { $0.isAwaitingInput }
    case .ready(.binary): binary.with { $0.isAwaitingInput }
    case .negotiating, .authenticating: login.with { $0.current.tokenCount != nil }
    }
  }

  func refuseReply(to request: Span<UInt8>, _ turn: inout Turn) {
    switch Conversation(phase: turn.phase) {
    case .ready(.binary): binary.with { $0.refuseReply(to: request, &turn) }
    default: text.with { $0.answer(TextError.replyTooLarge, &turn) }
    }
  }

  // MARK: The worker's events

  var wantsReplyEvents: Bool { journal != nil }
  func willSendReplies() { journal?.flush() }
}
