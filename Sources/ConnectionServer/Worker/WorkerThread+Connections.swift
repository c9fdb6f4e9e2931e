import EventLoop
import Platform
import SystemPackage
import Transport

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
    if state.connections[token].isClosing { return }
    state.connections[token].event.want([])
    state.connections[token].beginClosing()
    state.closing.append(token)
    state.hasConnectionsWaiting = true
  }

  /// A client that waits to be adopted.
  func enqueue(_ client: Transport, _ state: inout WorkerState) {
    state.accepted.append(client)
    state.hasConnectionsWaiting = true
  }

  @inline(never)
  func adoptAndClose(_ state: inout WorkerState) {
    for _ in 0..<Self.connectionsPerPass {
      guard let token = state.closing.takeFirst() else { break }
      close(token, &state)
    }
    for _ in 0..<Self.connectionsPerPass {
      guard let client = state.accepted.takeFirst() else { break }
      adopt(client, &state)
    }
    state.hasConnectionsWaiting = !state.accepted.isEmpty || !state.closing.isEmpty
    if state.hasConnectionsWaiting { scheduleNextPass() }
  }

  func adopt(_ client: Transport, _ state: inout WorkerState) {
    let now = session.beginPass()
    let socket = client.socket
    let connection = Connection(socket: socket, loop: loop, now: now, isSealed: !client.isPlain)
    let token = state.connections.insert(connection)
    let hasTurn = client.channel.map { keep($0, token, &state) } ?? false
    state.counters.add(.connections)
    session.didOpen(socket)
    state.connections[token].event.token = token
    if !hasTurn, !state.connections[token].event.want(.readable) { close(token, &state) }
  }

  /// The first request may have come with the end of the handshake, and the kernel would not tell of it: then it has a turn,
  /// and is not waited for as well. Returns whether it has.
  private func keep(_ channel: TLSChannel, _ token: UInt32, _ state: inout WorkerState) -> Bool {
    state.channels.insert(channel, token)
    state.turn.lendGatherBuffer(byteCount: context.configuration.sealedWriteBytes)
    if channel.hasBufferedInput { scheduleTurn(of: token, &state) }
    return channel.hasBufferedInput
  }

  func close(_ token: UInt32, _ state: inout WorkerState) {
    let connection = state.discard(token, session)
    let socket = connection.socket
    session.didClose(socket)
    // The event goes before the descriptor, which may be another's a moment later.
    drop(connection)
    state.channels.remove(token)?.close()
    Socket.close(socket)
    context.connectionClosed()
  }

  private func drop(_ connection: consuming Connection) {}
}
