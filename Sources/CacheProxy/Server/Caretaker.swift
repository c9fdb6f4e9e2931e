import EventLoop
import Platform
import SystemPackage
import Transport

/// Looks after the backends that are dead: asks each again and again, and has it used again when it answers.
///
/// ```
///   every retry interval: dead ──connect, version──▶ VERSION … ──▶ alive; a main with backups: warming, and its keys are copied
/// ```
///
/// On the accepting thread; no worker waits for it.
final class Caretaker {
  private let context: ProxyContext
  private let loop: EventLoop
  private let workers: [ProxySession.Link]
  private var timer: Timer?
  private var probes: [Int: Probe] = [:]
  private var refills: [Int: Refill] = [:]

  init(context: ProxyContext, loop: EventLoop, workers: [ProxySession.Link]) {
    (self.context, self.loop, self.workers) = (context, loop, workers)
    timer = Timer(loop: loop) { [unowned self] in look() }
    timer?.schedule(every: .milliseconds(context.settings.retryInterval))
  }

  private func look() {
    for number in context.backends.indices where context.backends[number].health == .dead {
      refills[number] = nil
      probes[number] = Probe(context.backends[number], loop: loop) { [unowned self] in answered(number, $0) }
    }
  }

  private func answered(_ number: Int, _ isAlive: Bool) {
    probes[number] = nil
    guard isAlive, context.backends[number].health == .dead else { return }
    let isWarming = !context.backends[number].isBackup && context.hasBackups
    context.markReturned(number, warming: isWarming)
    guard isWarming else { return }
    if context.settings.refillRate == 0 { return context.markWarm(number) }
    refills[number] = Refill(of: number, context: context, loop: loop, workers: workers) { [unowned self] in
      refills[number] = nil
      context.markWarm(number)
    }
  }
}

/// One question to a backend: is it there, and does it speak?
final class Probe {
  private var watch: StreamWatch?
  private var answer = ByteBuffer(capacity: 256)
  private let tell: (Bool) -> Void
  private var isAsked = false

  init(_ backend: Backend, loop: EventLoop, _ tell: @escaping (Bool) -> Void) {
    self.tell = tell
    guard let socket = try? Socket.connect(to: backend.socketAddress) else { return }
    watch = try? StreamWatch(loop: loop, socket: socket) { [unowned self] in ready($0) }
    if watch == nil { Socket.close(socket) }
    watch?.want(.writable)
  }

  deinit {
    guard let socket = watch?.socket else { return }
    watch = nil
    Socket.close(socket)
  }

  private func ready(_ readiness: Readiness) {
    guard let watch else { return }
    if !isAsked {
      if Socket.pendingError(watch.socket) != nil { return tell(false) }
      isAsked = true
      _ = Socket.send(watch.socket, Array("version\r\n".utf8).span)
      watch.want(.readable)
      return
    }
    guard answer.space > 0, case .bytes = answer.receive(from: watch.socket) else { return tell(false) }
    if answer.bytes[answer.count - 1] == 0x0a { tell(answer.text.hasPrefix("VERSION ")) }
  }
}
