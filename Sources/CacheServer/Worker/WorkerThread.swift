import EventLoop
import ItemStore
import Platform
import Replication
import SystemPackage

/// The thread's own side of a worker: its loop, and the state that the loop's events change.
///
/// The loop calls `socketReady` with the token of a connection; everything that happens to it happens in `WorkerState`, and
/// what is left to do here is what its fate asks of the socket's event. No lock is held and nothing is shared but the
/// store, the counters and the mailbox.
///
/// Answers that wait for the end of the pass are sent then, or before: when they are many, when a connection had a long
/// turn, and before one goes on with what it had left unfinished.
final class WorkerThread: EventHandler {
  let loop: EventLoop
  let counters: WorkerCounters
  let mailbox: WorkerMailbox
  let context: ServerContext
  private let store: LentReference<ItemStore>
  private let journal: WorkerJournal?
  private let state: StableBox<WorkerState>
  private var nextTurn: Timer?
  private var holdEnd: Timer?
  private var nextPass: Timer?

  init(context: ServerContext, journal: WorkerJournal?) throws(EventLoopError) {
    loop = try EventLoop()
    self.context = context
    store = LentReference(context.store)
    self.journal = journal
    counters = WorkerCounters(classCount: context.store.chunkSizes.count - 1)
    state = StableBox(
      WorkerState(context: context, engine: Engine(context: context, journal: journal, counters: counters)))
    let inbox = Inbox()
    mailbox = WorkerMailbox(wakeup: try Wakeup(loop: loop) { inbox.owner?.readMail() })
    inbox.owner = self
    loop.dispatch(to: self)
    nextTurn = Timer(loop: loop) { [unowned self] in giveTurns() }
    holdEnd = Timer(loop: loop) { [unowned self] in state.with { releaseAnswers(&$0) } }
    nextPass = Timer(loop: loop) {}
    context.acknowledgements.register(mailbox)
    context.listings.register(mailbox)
  }

  /// Breaks the circle of a loop whose handler is made before its owner is.
  private final class Inbox {
    weak var owner: WorkerThread?
  }

  func run() {
    loop.run()
    state.with { state in
      while let socket = state.accepted.takeFirst() { adopt(socket, &state) }
      var tokens: [UInt32] = []
      state.connections.forEachIndex { tokens.append($0) }
      state.engine.moment = context.moment()
      for token in tokens {
        state.finish(token)
        close(token, &state)
      }
    }
    journal?.flush()
    loop.dispatch(to: nil)
  }

  // MARK: Events

  func socketReady(_ token: UInt32, _ readiness: Readiness) {
    state.with { serve(token, readiness, &$0) }
  }

  func passEnded() {
    state.with {
      sendAnswers(&$0)
      if $0.hasConnectionsWaiting { adoptAndClose(&$0) }
    }
  }

  /// Even if nothing is ready.
  func scheduleNextPass() { nextPass?.schedule(after: .zero) }

  private func serve(_ token: UInt32, _ readiness: Readiness, _ state: inout WorkerState) {
    let wasIdle = state.connections[token].isIdle
    if !wasIdle {
      sendAnswers(&state)
      guard state.connections.isOccupied(token) else { return }
    }
    if !state.isUpToDate { update(&state) }
    let fate = state.wake(token, readiness, goesOn: !wasIdle)
    if fate != .answered {
      journal?.flush()
      state.answers.noteOther()
    }
    // One that was idle and is again has its event as it should be.
    if !wasIdle || !fate.isIdle { apply(fate, token, &state) }
    if state.mustSendAnswers { sendAnswers(&state) }
  }

  /// What is looked at once for all requests of a pass, or of a long turn.
  private func update(_ state: inout WorkerState) {
    let moment = context.moment()
    state.engine.update(at: moment)
    store.with { $0.advance(to: moment) }
    state.isUpToDate = true
  }

  private func sendAnswers(_ state: inout WorkerState) {
    state.isUpToDate = false
    if state.answers.isEmpty { return }
    // Whoever carries the changes to the peer hears of them before the clients do.
    journal?.flush()
    while let (token, fate) = state.sendAnswers() { apply(fate, token, &state) }
  }

  private func apply(_ fate: WorkerState.Fate, _ token: UInt32, _ state: inout WorkerState) {
    switch fate {
    case .idle, .answered: state.connections[token].event.want(.readable)
    case .waitsForRoom: state.connections[token].event.want(.writable)
    case .waitsForTurn:
      state.connections[token].event.want([])
      if state.yielded.isEmpty { nextTurn?.schedule(after: .zero) }
      state.yielded.append(token)
    case .waitsForAnswer: ask(token, &state)
    case .waitsForPeer: hold(token, &state)
    case .closes: beginClosing(token, &state)
    }
  }

  /// After every other ready socket had its turn.
  private func giveTurns() {
    state.with { state in
      var waiting: [UInt32] = []
      swap(&waiting, &state.yielded)
      for token in waiting where state.connections.isOccupied(token) { serve(token, [.readable], &state) }
    }
  }

  /// Lets another thread make the answer that comes next.
  private func ask(_ token: UInt32, _ state: inout WorkerState) {
    state.connections[token].event.want([])
    guard let transfer = state.connections[token].transfer else { return }
    let awaited = state.transfers[transfer].awaited
    state.transfers[transfer].awaited = .asked
    let connection = WaitingConnection(mailbox: mailbox, place: WaitingPlace(token: token, transfer: transfer))
    switch awaited {
    case .digest: context.digests.add(connection)
    case .connections: context.listings.add(connection)
    case .asked, .nothing: break
    }
  }

  // MARK: Answers that wait for the peer

  private func hold(_ token: UInt32, _ state: inout WorkerState) {
    state.connections[token].event.want([])
    guard let limit = context.acknowledgements.limit, let place = state.connections[token].transfer,
      let position = state.transfers[place].heldUntil
    else { return }
    let deadline = SystemClock.monotonicNanoseconds() &+ UInt64(limit / .nanoseconds(1))
    let isFirst = state.held.isEmpty
    let writes = state.transfers[place].writes
    state.held.append(
      HeldAnswers.Entry(
        token: token, transfer: place, position: position,
        firstWrite: writes.isEmpty ? state.engine.writes.end : writes.lowerBound, deadline: deadline))
    mailbox.setHolding(true)
    // What was acknowledged before the bell was hung up has rung nothing.
    if outcome(position).isFree {
      holdEnd?.schedule(after: .zero)
    } else if isFirst {
      holdEnd?.schedule(after: limit)
    }
  }

  private func outcome(_ position: UInt64) -> WriteOutcomes.State {
    journal?.outcomes.state(of: position) ?? .released
  }

  private func releaseAnswers(_ state: inout WorkerState) {
    let now = SystemClock.monotonicNanoseconds()
    while let free = state.held.takeFree(now: now, state: outcome) {
      if free.isLate { context.acknowledgements.countTimeout() }
      if state.release(free.entry) { serve(free.entry.token, [.readable], &state) }
    }
    mailbox.setHolding(!state.held.isEmpty)
    state.engine.dropWrites(before: state.held.firstWrite)
    if let deadline = state.held.nextDeadline {
      holdEnd?.schedule(after: .nanoseconds(Int64(clamping: deadline > now ? deadline - now : 0)))
    } else {
      holdEnd?.cancel()
    }
  }

  // MARK: Mail

  private func readMail() {
    if context.acknowledgements.isOn { state.with { releaseAnswers(&$0) } }
    for letter in mailbox.take() {
      switch letter {
      case .stop: loop.stop()
      case .listConnections: tellConnections()
      case .answer(let place, let text):
        state.with { if $0.answer(place, text) { serve(place.token, [.readable], &$0) } }
      case .client(let socket): state.with { enqueue(socket, &$0) }
      }
    }
  }

  private func tellConnections() {
    let text = state.with { ConnectionList.text($0, at: context.moment()) }
    context.listings.tell(text)
  }
}
