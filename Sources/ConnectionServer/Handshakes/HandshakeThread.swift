import EventLoop
import Platform
import SystemPackage
import Transport

/// The thread's own side of `Handshakes`: a loop, the handshakes under way, and when each has had its time.
///
/// All have the same time, so the first to begin is the first to be due: deadlines are a queue, in which those that are over
/// stand until their turn comes.
final class HandshakeThread: EventHandler {
  let mailbox: HandshakeMailbox
  private let loop: EventLoop
  private let credentials: TLSCredentials
  private let context: ServingContext
  private let limit: Duration
  private let report: (FileDescriptor, String) -> Void
  private let deliver: (Transport) -> Void
  private var pending = StableArray<PendingHandshake>()
  private var deadlines = Backlog<Deadline>()
  private var serial: UInt64 = 0
  private var timer: Timer?

  private struct PendingHandshake: ~Copyable {
    var event: SocketEvent
    let channel: TLSChannel
    let serial: UInt64
  }

  private struct Deadline {
    let token: UInt32
    let serial: UInt64
    let time: UInt64
  }

  init(
    _ credentials: TLSCredentials, _ context: ServingContext, limit: Duration,
    report: @escaping (FileDescriptor, String) -> Void, deliver: @escaping (Transport) -> Void
  ) throws(EventLoopError) {
    loop = try EventLoop()
    (self.credentials, self.context, self.limit) = (credentials, context, limit)
    (self.report, self.deliver) = (report, deliver)
    let inbox = Inbox()
    mailbox = HandshakeMailbox(wakeup: try Wakeup(loop: loop) { inbox.owner?.readMail() })
    inbox.owner = self
    loop.dispatch(to: self)
    timer = Timer(loop: loop) { [unowned self] in dropLate() }
  }

  /// Breaks the circle of a loop whose handler is made before its owner is.
  private final class Inbox {
    weak var owner: HandshakeThread?
  }

  func run() {
    loop.run()
    let late = mailbox.take().clients
    for client in late { close(client.socket) }
    var tokens: [UInt32] = []
    pending.forEachIndex { tokens.append($0) }
    for token in tokens { drop(token) }
    timer = nil
    loop.dispatch(to: nil)
  }

  private func readMail() {
    let (clients, isStopping) = mailbox.take()
    for client in clients { begin(client) }
    if isStopping { loop.stop() }
  }

  // MARK: One handshake

  private func begin(_ client: HandshakeMailbox.Client) {
    do throws(TLSError) {
      let channel = try credentials.context.accept(client.socket, client.verification)
      serial += 1
      let event = SocketEvent(loop: loop, fd: client.socket)
      let token = pending.insert(PendingHandshake(event: event, channel: channel, serial: serial))
      pending[token].event.token = token
      expect(token)
      resume(token)
    } catch {
      fail(client.socket, error.description)
    }
  }

  func socketReady(_ token: UInt32, _ readiness: Readiness) {
    if pending.isOccupied(token) { resume(token) }
  }

  private func resume(_ token: UInt32) {
    let channel = pending[token].channel
    switch channel.handshake() {
    case .wantsRead: want(.readable, token)
    case .wantsWrite: want(.writable, token)
    case .failed(let why):
      report(channel.socket, why)
      drop(token)
    case .done:
      _ = pending.remove(token)
      deliver(.tls(channel))
    }
  }

  private func want(_ readiness: Readiness, _ token: UInt32) {
    if pending[token].event.want(readiness) { return }
    report(pending[token].channel.socket, "the kernel does not watch the socket")
    drop(token)
  }

  /// A handshake comes to nothing.
  private func drop(_ token: UInt32) {
    // The event goes before the descriptor, which may be another's a moment later.
    let channel = pending.remove(token).channel
    let socket = channel.socket
    channel.close()
    credentials.counters.countHandshakeError()
    close(socket)
  }

  private func fail(_ socket: FileDescriptor, _ why: String) {
    report(socket, why)
    credentials.counters.countHandshakeError()
    close(socket)
  }

  private func close(_ socket: FileDescriptor) {
    Socket.close(socket)
    context.connectionClosed()
  }

  // MARK: Deadlines

  private func expect(_ token: UInt32) {
    let time = SystemClock.monotonicNanoseconds() &+ UInt64(clamping: Int64(limit / .nanoseconds(1)))
    deadlines.append(Deadline(token: token, serial: pending[token].serial, time: time))
    if timer?.isScheduled == false { timer?.schedule(after: limit) }
  }

  private func dropLate() {
    let now = SystemClock.monotonicNanoseconds()
    while let first = deadlines.first {
      if first.time > now {
        timer?.schedule(after: .nanoseconds(Int64(clamping: first.time - now)))
        return
      }
      _ = deadlines.takeFirst()
      guard pending.isOccupied(first.token), pending[first.token].serial == first.serial else { continue }
      report(pending[first.token].channel.socket, "it took too long")
      drop(first.token)
    }
  }
}
