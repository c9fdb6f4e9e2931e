import ConnectionServer
import EventLoop
import Platform
import Replication

/// Tells the service manager how the server is (`ServiceState` says what and when).
///
/// On the thread of the loop, and by its timer: if that hangs, the watchdog is told nothing. Nor is it while a worker hangs.
final class ServiceNotifier {
  private let socket: NotifySocket
  private let link: () -> ReplicationStatus?
  private var state: ServiceState
  private var timer: Timer?
  private let workers: [Worker]
  private let heartbeat = WorkerHeartbeat()

  /// Nil where nobody wants to be told.
  init?(_ supervision: Supervision, loop: EventLoop, workers: [Worker], link: @escaping () -> ReplicationStatus?) {
    guard let socket = supervision.notify else { return nil }
    (self.socket, self.workers, self.link) = (socket, workers, link)
    state = ServiceState(watchdog: supervision.watchdog)
    timer = Timer(loop: loop) { [unowned self] in tick() }
    timer?.schedule(every: state.interval)
  }

  /// Clients can come in.
  func opened() {
    state.opened(line(.serving))
    send()
  }

  /// Reads everything again meanwhile.
  func reload(_ body: () -> Void) {
    state.reloading(at: now)
    send()
    body()
    state.reloaded()
    send()
  }

  func stopping() {
    state.stopping(line(.stopping))
    send()
  }

  private func tick() {
    if state.tick(at: now, status: line(state.phase), isAlive: heartbeat.isComplete) { heartbeat.ask(workers) }
    send()
  }

  private func send() {
    while let lines = state.outgoing.first {
      // A manager that is not there now may be there later; its queue may be full.
      guard case .bytes = socket.send(lines) else { return }
      state.sent(1)
    }
  }

  private func line(_ phase: ServiceState.Phase) -> String { ServiceStatus.line(phase, link()) }

  private var now: Duration { .nanoseconds(Int64(clamping: SystemClock.monotonicNanoseconds())) }
}
