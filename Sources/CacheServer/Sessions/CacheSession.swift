import ConnectionServer
import EventLoop
import ItemStore
import MemcacheProtocol
import Platform
import Replication
import SystemPackage
import Transport

/// What a worker of the cache serves: finds out which protocol a connection speaks, and hands it to that one's session.
///
/// It is the session as the worker sees it. What it holds is changed in place, through a box: nobody calls it while it calls,
/// see `ProtocolSession`. It also owns the timer and the bell of replies that wait for the peer, for which it has the worker
/// go on with their connections.
final class CacheSession: ProtocolSession {
  let counters: WorkerCounters
  let context: ServerContext
  private let store: LentReference<ItemStore>
  private let journal: WorkerJournal?
  let text: StableBox<TextSession>
  private let binary: StableBox<BinarySession>
  private let acks: SharedAckGate
  /// Made while the session is: both are there as long as the worker's thread.
  private(set) weak var worker: WorkerThread?
  /// Those of its connections that watch and have nothing to be told.
  var watching: [(place: SuspendedPlace, subscription: WatchSubscription)] = []
  var watchTimer: Timer?
  let closeReasons = CloseReasons()
  private var ackTimer: Timer?
  private var ackBell: AckBell?

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
    guard context.acknowledgements.isOn else { return }
    ackTimer = Timer(loop: worker.loop) { [unowned self] in releaseReplies() }
    let bell = AckBell(wakeup: try Wakeup(loop: worker.loop) { [weak self] in self?.releaseReplies() })
    ackBell = bell
    context.acknowledgements.register(bell)
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
      turn.phase = Conversation.ready(protocolSpoken(input[0])).phase
      return process(input, consumed: &consumed, &turn)
    case .authenticating: return .closing
    }
  }

  /// The protocol that a connection speaks whose first byte this is.
  private func protocolSpoken(_ first: UInt8) -> Conversation.`Protocol` {
    switch context.settings.bindingProtocol {
    case .auto: first == BinaryHeader.requestMagic ? .binary : .text
    case .ascii: .text
    case .binary: .binary
    }
  }

  @inline(__always)
  private func speaksBinary(_ turn: borrowing Turn) -> Bool { Conversation(phase: turn.phase) == .ready(.binary) }

  func flush(_ turn: inout Turn) -> Bool {
    speaksBinary(turn) ? binary.with { $0.flush(&turn) } : text.with { $0.flush(&turn) }
  }

  func receiveDirectly(_ turn: inout Turn) -> Received? {
    speaksBinary(turn) ? binary.with { $0.receiveDirectly(&turn) } : text.with { $0.receiveDirectly(&turn) }
  }

  func abandon(_ turn: inout Turn) {
    speaksBinary(turn) ? binary.with { $0.abandon(&turn) } : text.with { $0.abandon(&turn) }
  }

  // MARK: What connections leave unfinished

  /// In the number of what the binary session keeps, which else could be the text session's, too.
  private static let binaryBit: UInt32 = 1 << 31

  /// The number under which the binary session keeps it; nil: it is the text session's.
  static func binaryState(_ state: UInt32) -> UInt32? {
    state & binaryBit == 0 ? nil : state & ~binaryBit
  }

  func suspend(_ turn: inout Turn) -> UInt32? {
    speaksBinary(turn) ? binary.with { $0.suspend(&turn) } | Self.binaryBit : text.with { $0.suspend(&turn) }
  }

  func resume(_ state: UInt32?, _ turn: inout Turn) {
    guard let state else { return }
    if let state = Self.binaryState(state) { return binary.with { $0.resume(state, &turn) } }
    text.with { $0.resume(state, &turn) }
  }

  func isStreaming(_ state: UInt32) -> Bool {
    if let state = Self.binaryState(state) { return binary.with { $0.unfinished[state].statistics != nil } }
    return text.with { $0.unfinished[state].isStreaming }
  }

  func activity(of state: UInt32) -> ConnectionActivity? {
    if let state = Self.binaryState(state) { return binary.with { $0.activity(of: state) } }
    return text.with { $0.activity(of: state) }
  }

  private func withHeldReply<Result>(_ state: UInt32, _ body: (inout AckGate.HeldReply) -> Result) -> Result {
    if let state = Self.binaryState(state) { return binary.with { body(&$0.unfinished[state].held) } }
    return text.with { body(&$0.unfinished[state].held) }
  }

  // MARK: Datagrams

  func isAwaitingInput(_ turn: borrowing Turn) -> Bool {
    speaksBinary(turn) ? binary.with { $0.isAwaitingInput } : text.with { $0.isAwaitingInput }
  }

  func refuseReply(to request: Span<UInt8>, _ turn: inout Turn) {
    if speaksBinary(turn) { return binary.with { $0.refuseReply(to: request, &turn) } }
    text.with { $0.answer(TextError.replyTooLarge, &turn) }
  }

  // MARK: Replies that wait

  func deferReply(_ state: UInt32, _ reply: DeferredReply) {
    // Nothing in the binary protocol is made elsewhere.
    if Self.binaryState(state) != nil { return }
    let deferred = text.with { text in
      defer { text.unfinished[state].deferred = .nothing }
      return text.unfinished[state].deferred
    }
    switch deferred {
    case .digest: context.digests.add(reply)
    case .sizes: context.sizes.add(reply)
    case .connections: context.listings.add(reply)
    case .certificates: context.certificates.add(reply)
    case .nothing: break
    }
  }

  func holdReply(_ state: UInt32, at place: SuspendedPlace) {
    guard let limit = context.acknowledgements.limit else { return }
    let now = SystemClock.monotonicNanoseconds()
    let isFirst = acks.with { $0.isEmpty }
    ackBell?.setWaiting(true)
    // What was acknowledged before the bell was hung up has rung nothing.
    let held = withHeldReply(state) { $0 }
    let isFree = acks.with { $0.wait(held, state, at: place, now: now) }
    if isFree {
      ackTimer?.schedule(after: .zero)
    } else if isFirst {
      ackTimer?.schedule(after: limit)
    }
  }

  private func releaseReplies() {
    let now = SystemClock.monotonicNanoseconds()
    while let waiter = acks.with({ $0.takeFree(now: now) }) {
      guard let worker, worker.holds(waiter.place) else { continue }
      withHeldReply(waiter.state) { $0.until = nil }
      worker.resume(waiter.place)
    }
    let deadline = acks.with { acks in
      acks.dropSettledWrites()
      return acks.nextDeadline
    }
    ackBell?.setWaiting(deadline != nil)
    if let deadline {
      ackTimer?.schedule(after: .nanoseconds(Int64(clamping: deadline > now ? deadline - now : 0)))
    } else {
      ackTimer?.cancel()
    }
  }

  // MARK: The worker's events

  var hearsOfReplies: Bool { journal != nil }
  func willSendReplies() { journal?.flush() }
}
