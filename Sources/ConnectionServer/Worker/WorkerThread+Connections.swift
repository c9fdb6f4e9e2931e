import EventLoop
import Platform
import SystemPackage

/// How connections begin and end.
///
/// Neither is done when it is known, but at the end of the pass, behind the replies, and only so many in one:
///
/// ```
///   mail: a client was accepted ──▶ accepted ─┐
///                                             ├─▶ pass ends: replies are sent, then 32 are closed and 32 adopted
///   recv: the client has closed ──▶ closing  ─┘     └─▶ is any left, the next pass waits for nothing to be ready
/// ```
///
/// To close a connection costs the kernel ten times what a request does. When a thousand come or go at once, a client that
/// asks something would wait for all of them; so it waits for 64 at most. What waits here is bounded by `-c`.
extension WorkerThread {
  /// Connections that begin, and those that end, in one pass.
  static let connectionsPerPass = 32

  /// The connection has no more to say. What it held is given back, its socket stays open for a little.
  func beginClosing(_ token: UInt32, _ state: inout WorkerState) {
    state.connections[token].event.want([])
    state.connections[token].beginClosing()
    state.closing.append(token)
    state.hasConnectionsWaiting = true
  }

  /// A client that waits to be adopted.
  func enqueue(_ socket: FileDescriptor, _ state: inout WorkerState) {
    state.accepted.append(socket)
    state.hasConnectionsWaiting = true
  }

  @inline(never)
  func adoptAndClose(_ state: inout WorkerState) {
    for _ in 0..<Self.connectionsPerPass {
      guard let token = state.closing.takeFirst() else { break }
      close(token, &state)
    }
    for _ in 0..<Self.connectionsPerPass {
      guard let socket = state.accepted.takeFirst() else { break }
      adopt(socket, &state)
    }
    state.hasConnectionsWaiting = !state.accepted.isEmpty || !state.closing.isEmpty
    if state.hasConnectionsWaiting { scheduleNextPass() }
  }

  func adopt(_ socket: FileDescriptor, _ state: inout WorkerState) {
    let now = session.beginPass()
    let token = state.connections.insert(Connection(socket: socket, loop: loop, now: now))
    state.counters.add(.connections)
    session.didOpen(socket)
    state.connections[token].event.token = token
    if !state.connections[token].event.want(.readable) { close(token, &state) }
  }

  func close(_ token: UInt32, _ state: inout WorkerState) {
    let connection = state.discard(token, session)
    let socket = connection.socket
    session.didClose(socket)
    // The event goes before the descriptor, which may be another's a moment later.
    drop(connection)
    Socket.close(socket)
    context.connectionClosed()
  }

  private func drop(_ connection: consuming Connection) {}
}
