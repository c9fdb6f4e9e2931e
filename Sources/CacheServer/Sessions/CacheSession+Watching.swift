import ClientLogin
import ConnectionServer
import MemcacheProtocol
import Platform
import SystemPackage

/// Connections that watch, and what is told of connections.
///
/// Who makes a line wakes nobody: a worker that has watchers looks every few milliseconds whether there are lines for them. So a line
/// costs its maker no system call, and a worker without watchers nothing.
extension CacheSession {
  private static let watchInterval = Duration.milliseconds(10)

  func watchReply(_ state: UInt32, at place: SuspendedPlace) {
    guard case .text(let number) = SuspendedState(state),
      let subscription = text.with({ $0.unfinished[number].subscription })
    else { return }
    watching.append((place, subscription))
    if watchTimer?.isScheduled == false { watchTimer?.schedule(after: Self.watchInterval) }
  }

  func tellWatchers() {
    guard let worker else { return }
    // One that has left, or was read from and waits again in another place, is not there any more.
    let there = watching.filter { worker.holds($0.place) }
    watching = []
    var ready: [SuspendedPlace] = []
    for watcher in there {
      if watcher.subscription.hasLines { ready.append(watcher.place) } else { watching.append(watcher) }
    }
    if !watching.isEmpty { watchTimer?.schedule(after: Self.watchInterval) }
    for place in ready { worker.resume(place) }
  }

  // MARK: Connections

  func didOpen(_ socket: FileDescriptor) {
    if context.verbosity > 1 { openedLog(socket) }
    if context.watch.isWatched(.connectionEvents) { tell(of: socket, nil) }
  }

  func willClose(_ socket: FileDescriptor, for reason: CloseReason) {
    closeReasons.note(WatchLog.ConnectionEnd(reason), socket)
    if reason == .stalled { context.tell("client \(socket.rawValue) reads nothing of what it asked for: closed") }
  }

  func didClose(_ socket: FileDescriptor) {
    if context.verbosity > 1 { ClientLog(socket, context.log).closed() }
    let reason = closeReasons.take(socket)
    if context.watch.isWatched(.connectionEvents) { tell(of: socket, reason ?? .normal) }
  }

  private func openedLog(_ socket: FileDescriptor) {
    let binding = context.settings.bindingProtocol
    ClientLog(socket, context.log).opened(speaking: binding == .auto ? "auto-negotiating" : binding.rawValue)
  }

  private func tell(of socket: FileDescriptor, _ end: WatchLog.ConnectionEnd?) {
    context.watch.connection(socket.rawValue, Socket.lastPeerAddress(socket), end)
  }
}

extension WatchLog.ConnectionEnd {
  fileprivate init(_ reason: CloseReason) {
    self =
      switch reason {
      case .idle, .stalled: .idle
      case .failed: .error
      case .shutdown: .shutdown
      }
  }
}

/// Why sockets of a worker are about to be closed, where it is no usual end. Of its thread.
final class CloseReasons {
  private var reasons: [Int32: WatchLog.ConnectionEnd] = [:]

  func note(_ reason: WatchLog.ConnectionEnd, _ socket: FileDescriptor) { reasons[socket.rawValue] = reason }

  func take(_ socket: FileDescriptor) -> WatchLog.ConnectionEnd? {
    reasons.isEmpty ? nil : reasons.removeValue(forKey: socket.rawValue)
  }
}
