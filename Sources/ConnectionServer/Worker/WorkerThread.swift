import EventLoop
import Platform
import SystemPackage

/// The thread's own side of a worker: its loop, and the state that the loop's events change.
///
/// The loop calls `socketReady` with the token of a connection; everything that happens to it happens in `WorkerState`, and
/// what is left to do here is what its disposition asks of the socket's event. No lock is held and nothing is shared but the
/// counters, the mailbox, and what the session shares.
///
/// Replies that wait for the end of the pass are sent then, or before: when they are many, when a connection had a long
/// turn, and before one goes on with what it had left unfinished.
package final class WorkerThread: EventHandler {
  package let loop: EventLoop
  package let mailbox: WorkerMailbox
  let context: ServingContext
  let session: any ProtocolSession
  private let sessionWantsReplyEvents: Bool
  private let sessionWantsPassEvents: Bool
  let state: StableBox<WorkerState>
  var datagramSockets: [DatagramSocket] = []
  private var nextTurn: Timer?
  private var nextPass: Timer?
  var sweepTimer: Timer?
  var isSweepScheduled = false

  /// - Parameter session: what is served, made for this worker.
  package init(
    context: ServingContext, counters: ConnectionCounters, loop: EventLoop, session: any ProtocolSession
  ) throws(EventLoopError) {
    self.loop = loop
    self.context = context
    self.session = session
    sessionWantsReplyEvents = session.wantsReplyEvents
    sessionWantsPassEvents = session.wantsPassEvents
    state = StableBox(WorkerState(counters: counters, requestsPerTurn: context.requestsPerTurn))
    let inbox = Inbox()
    mailbox = WorkerMailbox(wakeup: try Wakeup(loop: loop) { inbox.owner?.readMail() })
    inbox.owner = self
    loop.dispatch(to: self)
    nextTurn = Timer(loop: loop) { [unowned self] in giveTurns() }
    nextPass = Timer(loop: loop) {}
    sweepTimer = Timer(loop: loop) { [unowned self] in sweep() }
  }

  /// Breaks the circle of a loop whose handler is made before its owner is.
  private final class Inbox {
    weak var owner: WorkerThread?
  }

  /// Until told to stop; then what was read is answered, and everything is closed.
  package func run() {
    if closesIdle { scheduleSweep() }
    loop.run()
    state.with { state in
      update(&state)
      closeDatagrams(&state)
      while let client = state.accepted.takeFirst() { adopt(client, &state) }
      var tokens: [UInt32] = []
      state.connections.forEachIndex { tokens.append($0) }
      for token in tokens {
        state.finish(token, session)
        session.willClose(state.connections[token].socket, for: .shutdown)
        close(token, &state)
      }
    }
    willSendReplies()
    loop.dispatch(to: nil)
  }

  // MARK: Events

  package func socketReady(_ token: UInt32, _ readiness: Readiness) {
    state.with { serve(token, readiness, &$0) }
  }

  package func passEnded() {
    if sessionWantsPassEvents { session.passEnded() }
    state.with {
      sendBatch(&$0)
      if $0.hasConnectionsWaiting { adoptAndClose(&$0) }
    }
  }

  /// Even if nothing is ready.
  func scheduleNextPass() { nextPass?.schedule(after: .zero) }

  private func serve(_ token: UInt32, _ readiness: Readiness, _ state: inout WorkerState) {
    if !state.isUpToDate { update(&state) }
    if !state.begin(token) { return serveUnfinished(token, readiness, &state) }
    let disposition = state.wake(token, readiness, goesOn: false, session)
    noteServed(disposition, &state)
    // One that was idle and is again has its event as it should be.
    if !disposition.isIdle { apply(disposition, token, &state) }
    if state.mustSendBatch { sendBatch(&state) }
  }

  /// Of a connection with something unfinished, or with a TLS channel.
  @inline(never)
  private func serveUnfinished(_ token: UInt32, _ readiness: Readiness, _ state: inout WorkerState) {
    let goesOn = !state.connections[token].isIdleSealed
    if goesOn {
      // Its own reply may have been among them, and the connection may have come to its end by that.
      sendBatch(&state)
      guard state.connections.isOccupied(token), !state.connections[token].isClosing else { return }
      if !state.isUpToDate { update(&state) }
    }
    state.beginUnfinished(token)
    var ready = readiness
    if !state.turn.transport.isPlain {
      // It is served now. A turn that it waited for would find it where it waits for something else.
      state.yielded.removeAll { $0 == token }
      // A channel that wanted to write may be read when it could.
      ready.insert(.readable)
    }
    let disposition = state.wake(token, ready, goesOn: goesOn, session)
    noteServed(disposition, &state)
    if disposition.isIdle, state.turn.transport.hasBufferedInput {
      state.connections[token].event.want([])
      scheduleTurn(of: token, &state)
    } else {
      apply(disposition, token, &state)
    }
    if state.mustSendBatch { sendBatch(&state) }
  }

  @inline(__always)
  private func noteServed(_ disposition: WorkerState.Disposition, _ state: inout WorkerState) {
    if disposition != .batched {
      willSendReplies()
      state.batch.noteOther()
    }
  }

  /// What is looked at once for all requests of a pass, or of a long turn.
  func update(_ state: inout WorkerState) {
    state.seconds = session.beginPass()
    state.isUpToDate = true
  }

  func sendBatch(_ state: inout WorkerState) {
    state.isUpToDate = false
    if state.batch.isEmpty { return }
    willSendReplies()
    while let (token, disposition) = state.sendBatch() {
      if disposition == .closes { session.willClose(state.connections[token].socket, for: .failed) }
      apply(disposition, token, &state)
    }
  }

  @inline(__always) func willSendReplies() {
    if sessionWantsReplyEvents { session.willSendReplies() }
  }

  private func apply(_ disposition: WorkerState.Disposition, _ token: UInt32, _ state: inout WorkerState) {
    switch disposition {
    case .idle, .batched: want(.readable, token, &state)
    case .waitsForRoom:
      want(.writable, token, &state)
      scheduleSweep()
    case .waitsForTurn:
      state.connections[token].event.want([])
      scheduleTurn(of: token, &state)
    case .waitsForReply: deferReply(token, &state)
    case .watches: watch(token, &state)
    case .isHeld: hold(token, &state)
    case .closes: beginClosing(token, &state)
    }
  }

  private func want(_ readiness: Readiness, _ token: UInt32, _ state: inout WorkerState) {
    state.connections[token].event.want(state.channels.interest(of: token, readiness))
  }

  func scheduleTurn(of token: UInt32, _ state: inout WorkerState) {
    if state.yielded.isEmpty { nextTurn?.schedule(after: .zero) }
    state.yielded.append(token)
  }

  /// After every other ready socket had its turn.
  private func giveTurns() {
    state.with { state in
      var waiting: [UInt32] = []
      swap(&waiting, &state.yielded)
      for token in waiting where state.connections.isOccupied(token) {
        // Its reply may have been sent with those of another, and it may have come to its end by that.
        if state.connections[token].isClosing { continue }
        serve(token, [.readable], &state)
      }
    }
  }

  // MARK: Replies that wait

  /// Has another thread make the reply that comes next.
  private func deferReply(_ token: UInt32, _ state: inout WorkerState) {
    state.connections[token].event.want([])
    guard let place = state.connections[token].suspension, let number = state.suspended[place].session else { return }
    state.suspended[place].isAwaitingReply = true
    session.deferReply(
      number, DeferredReply(mailbox: mailbox, place: SuspendedPlace(token: token, place: place)))
  }

  private func hold(_ token: UInt32, _ state: inout WorkerState) {
    state.connections[token].event.want([])
    guard let place = state.connections[token].suspension, let number = state.suspended[place].session else { return }
    session.holdReply(number, at: SuspendedPlace(token: token, place: place))
  }

  /// The client is read from meanwhile: it may leave.
  private func watch(_ token: UInt32, _ state: inout WorkerState) {
    want(.readable, token, &state)
    guard let place = state.connections[token].suspension, let number = state.suspended[place].session else { return }
    session.watchReply(number, at: SuspendedPlace(token: token, place: place))
  }

  /// Whether a connection is still suspended there.
  package func holds(_ place: SuspendedPlace) -> Bool { state.with { $0.holds(place) } }

  /// What the connection's reply has waited for is there. On the worker's thread, by nobody whom the worker has called.
  ///
  /// - Parameter readable: there may be input, too. False where the connection is read from meanwhile (`Pause.watching`): the
  ///   kernel tells of input then, and to look for it would be a call for nothing.
  package func resume(_ place: SuspendedPlace, readable: Bool = true) {
    state.with { if $0.holds(place) { resume(at: place, readable ? [.readable] : [], &$0) } }
  }

  private func resume(at place: SuspendedPlace, _ readiness: Readiness, _ state: inout WorkerState) {
    place.isDatagram ? resumeDatagram(place.place, &state) : serve(place.token, readiness, &state)
  }

  // MARK: Mail

  private func descriptions() -> [ConnectionDescription] {
    let now = session.beginPass()
    return state.with { $0.descriptions(session, now: now) } + datagramDescriptions(now: now)
  }

  private func readMail() {
    for message in mailbox.take() {
      switch message {
      case .stop: loop.stop()
      case .list(let tell): tell(descriptions())
      case .call(let answer): answer()
      case .reply(let place, let text):
        state.with { if $0.put(text, at: place) { resume(at: place, [.readable], &$0) } }
      case .client(let client): state.with { enqueue(client, &$0) }
      case .datagrams(let socket, let port): serveDatagrams(of: socket, port: port)
      }
    }
  }
}
