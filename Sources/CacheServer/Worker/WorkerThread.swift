import EventLoop
import ItemStore
import Platform
import SystemPackage

/// The thread's own side of a worker: its loop, and the state that the loop's events change.
///
/// The loop calls `socketReady` with the token of a connection; everything that happens to it happens in `WorkerState`, and
/// what is left to do here is what its fate asks of the socket's event. No lock is held and nothing is shared but the
/// store, the counters and the mailbox.
final class WorkerThread: EventHandler {
  let loop: EventLoop
  let counters: WorkerCounters
  let mailbox: WorkerMailbox
  private let context: ServerContext
  private let journal: WorkerJournal?
  private let state: StableBox<WorkerState>
  private var nextTurn: Timer?

  init(context: ServerContext, journal: WorkerJournal?) throws(EventLoopError) {
    loop = try EventLoop()
    self.context = context
    self.journal = journal
    counters = WorkerCounters(classCount: context.store.chunkSizes.count - 1)
    state = StableBox(
      WorkerState(context: context, engine: Engine(context: context, journal: journal, counters: counters)))
    let inbox = Inbox()
    mailbox = WorkerMailbox(wakeup: try Wakeup(loop: loop) { inbox.owner?.readMail() })
    inbox.owner = self
    loop.dispatch(to: self)
    nextTurn = Timer(loop: loop) { [unowned self] in giveTurns() }
  }

  /// Breaks the circle of a loop whose handler is made before its owner is.
  private final class Inbox {
    weak var owner: WorkerThread?
  }

  func run() {
    loop.run()
    state.with { state in
      var tokens: [UInt32] = []
      state.connections.forEachIndex { tokens.append($0) }
      for token in tokens { close(token, &state) }
    }
    loop.dispatch(to: nil)
  }

  // MARK: Events

  func socketReady(_ token: UInt32, _ readiness: Readiness) {
    state.with { serve(token, readiness, &$0) }
  }

  private func serve(_ token: UInt32, _ readiness: Readiness, _ state: inout WorkerState) {
    guard state.connections.isOccupied(token) else { return }
    state.engine.moment = context.moment()
    context.store.advance(to: state.engine.moment)
    let fate = state.wake(token, readiness)
    journal?.flush()
    apply(fate, token, &state)
  }

  private func apply(_ fate: WorkerState.Fate, _ token: UInt32, _ state: inout WorkerState) {
    switch fate {
    case .idle: state.connections[token].event.want(.readable)
    case .waitsForRoom: state.connections[token].event.want(.writable)
    case .waitsForTurn:
      state.connections[token].event.want([])
      if state.yielded.isEmpty { nextTurn?.schedule(after: .zero) }
      state.yielded.append(token)
    case .closes: close(token, &state)
    }
  }

  /// After every other ready socket had its turn.
  private func giveTurns() {
    state.with { state in
      var waiting: [UInt32] = []
      swap(&waiting, &state.yielded)
      for token in waiting { serve(token, [.readable], &state) }
    }
  }

  // MARK: Connections

  private func readMail() {
    for letter in mailbox.take() {
      switch letter {
      case .stop: loop.stop()
      case .client(let socket): state.with { accept(socket, &$0) }
      }
    }
  }

  private func accept(_ socket: FileDescriptor, _ state: inout WorkerState) {
    let now = context.moment().seconds
    let token = state.connections.insert(Connection(socket: socket, loop: loop, now: now))
    counters.add(.totalConnections)
    state.connections[token].event = SocketEvent(loop: loop, fd: socket, token: token)
    if !state.connections[token].event.want(.readable) { close(token, &state) }
  }

  private func close(_ token: UInt32, _ state: inout WorkerState) {
    let connection = state.discard(token)
    let socket = connection.socket
    // The event goes before the descriptor, which may be another's a moment later.
    drop(connection)
    Socket.close(socket)
    context.connectionClosed()
  }

  private func drop(_ connection: consuming Connection) {}
}
