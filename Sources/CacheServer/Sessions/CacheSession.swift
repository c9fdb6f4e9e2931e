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
  private let context: ServerContext
  private let store: LentReference<ItemStore>
  private let journal: WorkerJournal?
  private let text: StableBox<TextSession>
  /// Made while the session is: both are there as long as the worker's thread.
  private weak var worker: WorkerThread?
  private var ackTimer: Timer?
  private var ackBell: AckBell?

  init(context: ServerContext, journal: WorkerJournal?) {
    self.context = context
    self.journal = journal
    store = LentReference(context.store)
    counters = WorkerCounters(classCount: context.store.chunkSizes.count - 1)
    text = StableBox(TextSession(context: context, journal: journal, counters: counters))
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
    store.with { $0.advance(to: moment) }
    return moment.seconds
  }

  func process(_ input: Span<UInt8>, consumed: inout Int, _ turn: inout Turn) -> Pause {
    switch Conversation(phase: turn.phase) {
    case .ready(.text): return text.with { $0.process(input, consumed: &consumed, &turn) }
    case .negotiating:
      if input.isEmpty { return .starved }
      turn.phase = Conversation.ready(Self.protocolSpoken(input[0])).phase
      return process(input, consumed: &consumed, &turn)
    case .authenticating: return .closing
    }
  }

  /// The protocol that a connection speaks whose first byte this is.
  private static func protocolSpoken(_ first: UInt8) -> Conversation.`Protocol` { .text }

  func flush(_ turn: inout Turn) -> Bool { text.with { $0.flush(&turn) } }
  func receiveDirectly(_ turn: inout Turn) -> Received? { text.with { $0.receiveDirectly(&turn) } }
  func suspend(_ turn: inout Turn) -> UInt32? { text.with { $0.suspend(&turn) } }
  func abandon(_ turn: inout Turn) { text.with { $0.abandon(&turn) } }
  func activity(of state: UInt32) -> ConnectionActivity? { text.with { $0.activity(of: state) } }

  func resume(_ state: UInt32?, _ turn: inout Turn) {
    guard let state else { return }
    text.with { $0.resume(state, &turn) }
  }

  // MARK: Datagrams

  func isAwaitingInput(_ turn: borrowing Turn) -> Bool { text.with { $0.isAwaitingInput } }

  func refuseReply(to request: Span<UInt8>, _ turn: inout Turn) {
    text.with { $0.answer(TextError.replyTooLarge, &turn) }
  }

  // MARK: Replies that wait

  func deferReply(_ state: UInt32, _ reply: DeferredReply) {
    let deferred = text.with { text in
      defer { text.unfinished[state].deferred = .nothing }
      return text.unfinished[state].deferred
    }
    switch deferred {
    case .digest: context.digests.add(reply)
    case .connections: context.listings.add(reply)
    case .nothing: break
    }
  }

  func holdReply(_ state: UInt32, at place: SuspendedPlace) {
    guard let limit = context.acknowledgements.limit else { return }
    let now = SystemClock.monotonicNanoseconds()
    let isFirst = text.with { $0.acks.isEmpty }
    ackBell?.setWaiting(true)
    // What was acknowledged before the bell was hung up has rung nothing.
    let isFree = text.with { $0.acks.wait($0.unfinished[state].held, state, at: place, now: now) }
    if isFree {
      ackTimer?.schedule(after: .zero)
    } else if isFirst {
      ackTimer?.schedule(after: limit)
    }
  }

  private func releaseReplies() {
    let now = SystemClock.monotonicNanoseconds()
    while let waiter = text.with({ $0.acks.takeFree(now: now) }) {
      guard let worker, worker.holds(waiter.place) else { continue }
      text.with { $0.unfinished[waiter.state].held.until = nil }
      worker.resume(waiter.place)
    }
    let deadline = text.with { text in
      text.acks.dropSettledWrites()
      return text.acks.nextDeadline
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

  func didOpen(_ socket: FileDescriptor) {
    if context.verbosity > 1 { ClientLog(context: context, socket: socket).opened() }
  }

  func didClose(_ socket: FileDescriptor) {
    if context.verbosity > 1 { ClientLog(context: context, socket: socket).closed() }
  }
}
