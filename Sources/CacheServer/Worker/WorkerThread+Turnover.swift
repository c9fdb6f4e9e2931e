import EventLoop
import ItemStore
import Platform
import SystemPackage

/// Connections that come and go.
///
/// Neither is done when it is heard of, but at the end of the pass, behind the answers, and only so many in one:
///
/// ```
///   mail: a client  ──▶ newcomers ─┐
///                                  ├─▶ pass ends: answers are sent, 32 of each are adopted and closed ─▶ next pass
///   recv: its end   ──▶ leaving  ──┘
/// ```
///
/// For a connection costs the kernel ten times what a request does (closing one, most of all), and when a thousand come or
/// go at once, who asks something would wait for all of them. So he waits for 64 at most. The next pass does not wait for
/// anything to be ready while there is a rest. The clients that the rest belongs to are bounded by `-c`.
extension WorkerThread {
  /// Connections that begin, and those that end, in one pass.
  static let turnover = 32

  /// The connection has no more to say. What it held of the store is given back, its socket stays open for a little.
  func leave(_ token: UInt32, _ state: inout WorkerState) {
    state.connections[token].event.want([])
    state.connections[token].isLeaving = true
    state.leaving.append(token)
  }

  func turnOver(_ state: inout WorkerState) {
    if state.newcomers.isEmpty, state.leaving.isEmpty { return }
    for _ in 0..<Self.turnover {
      guard let token = state.leaving.takeFirst() else { break }
      close(token, &state)
    }
    for _ in 0..<Self.turnover {
      guard let socket = state.newcomers.takeFirst() else { break }
      adopt(socket, &state)
    }
    if !state.newcomers.isEmpty || !state.leaving.isEmpty { scheduleNextPass() }
  }

  func adopt(_ socket: FileDescriptor, _ state: inout WorkerState) {
    let now = context.moment().seconds
    let token = state.connections.insert(Connection(socket: socket, loop: loop, now: now))
    counters.add(.totalConnections)
    if context.verbosity > 1 { ClientLog(context: context, socket: socket).opened() }
    state.connections[token].event.token = token
    if !state.connections[token].event.want(.readable) { close(token, &state) }
  }

  func close(_ token: UInt32, _ state: inout WorkerState) {
    let connection = state.discard(token)
    let socket = connection.socket
    if context.verbosity > 1 { ClientLog(context: context, socket: socket).closed() }
    // The event goes before the descriptor, which may be another's a moment later.
    drop(connection)
    Socket.close(socket)
    context.connectionClosed()
  }

  private func drop(_ connection: consuming Connection) {}
}
