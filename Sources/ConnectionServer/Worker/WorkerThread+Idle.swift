import EventLoop
import Platform
import SystemPackage

/// Connections that are closed for what their clients do not do.
///
/// ```
///   nothing sent for `idleTimeout` seconds, and nothing asked for that is not answered ──▶ closed, counted as idle_kicks
///   nothing read for `readerTimeout` seconds of a reply that is made as it is read      ──▶ closed
/// ```
///
/// Looked at once a second, and only while the one is set or the other can be. A client that is in the middle of a value, that waits for
/// a reply, or that watches, is not idle. Datagrams have no connection, and the peer's link is none of these.
extension WorkerThread {
  private static let sweepInterval = Duration.seconds(1)

  /// From now on connections are looked at.
  func scheduleSweep() {
    if isSweepScheduled { return }
    isSweepScheduled = true
    sweepTimer?.schedule(after: Self.sweepInterval)
  }

  var closesIdle: Bool { context.configuration.idleTimeout > 0 }

  func sweep() {
    isSweepScheduled = false
    state.with { state in
      sendBatch(&state)
      update(&state)
      let found = state.overdue(session, context.configuration)
      for (token, reason) in found.tokens { closeOverdue(token, reason, &state) }
      if found.hasReaders || closesIdle { scheduleSweep() }
    }
  }

  private func closeOverdue(_ token: UInt32, _ reason: CloseReason, _ state: inout WorkerState) {
    session.willClose(state.connections[token].socket, for: reason)
    if reason == .idle { state.counters.add(.idleKicks) }
    state.abandon(token, session)
    beginClosing(token, &state)
    scheduleNextPass()
  }
}

extension WorkerState {
  /// Connections to be closed, and whether there are others that make their replies as they are read.
  fileprivate func overdue(
    _ session: any ProtocolSession, _ configuration: ServingConfiguration
  ) -> (tokens: [(UInt32, CloseReason)], hasReaders: Bool) {
    var tokens: [(UInt32, CloseReason)] = []
    var hasReaders = false
    connections.forEachIndex { token in
      let last = connections[token].lastTurnAt
      let idle = seconds - min(last, seconds)
      if isReader(token, session) {
        hasReaders = true
        if idle >= configuration.readerTimeout { tokens.append((token, .stalled)) }
      } else if configuration.idleTimeout > 0, idle > configuration.idleTimeout, isIdle(token, session) {
        tokens.append((token, .idle))
      }
    }
    return (tokens, hasReaders)
  }

  /// Its reply is made as it is read, and its socket has no room.
  private func isReader(_ token: UInt32, _ session: any ProtocolSession) -> Bool {
    guard connections[token].event.interest == .writable, let place = connections[token].suspension,
      let state = suspended[place].session
    else { return false }
    return session.isStreaming(state)
  }

  /// It waits for a request, or for the rest of its line.
  private func isIdle(_ token: UInt32, _ session: any ProtocolSession) -> Bool {
    if connections[token].isClosing || connections[token].event.interest != .readable { return false }
    guard let place = connections[token].suspension else {
      return connections[token].isIdle || connections[token].isIdleSealed
    }
    guard suspended[place].reply == nil, suspended[place].segments.isEmpty else { return false }
    return suspended[place].session.flatMap { session.activity(of: $0) } == nil
  }
}
