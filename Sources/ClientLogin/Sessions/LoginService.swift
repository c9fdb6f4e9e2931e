import ConnectionServer
import EventLoop
import Platform

/// What logins need to know of the server that they are for.
package struct LoginContext: Sendable {
  /// Nil: nobody has to log in.
  let login: Login?
  /// Told to anybody who asks in the binary protocol, for clients ask for it first.
  let version: StaticString
  /// 1: failures are logged; 2: all that is said.
  let verbosity: @Sendable () -> Int
  /// Takes a line, from any thread, and returns at once.
  let log: @Sendable (String) -> Void
  let monotonicNanoseconds: @Sendable () -> UInt64

  package init(
    _ login: Login?, version: StaticString, verbosity: @escaping @Sendable () -> Int,
    monotonicNanoseconds: @escaping @Sendable () -> UInt64 = { SystemClock.monotonicNanoseconds() },
    log: @escaping @Sendable (String) -> Void
  ) {
    (self.login, self.version, self.verbosity, self.log) = (login, version, verbosity, log)
    self.monotonicNanoseconds = monotonicNanoseconds
  }
}

/// For counters.
package enum LoginEvent: Sendable {
  case attempt, failure
}

/// A worker's logins, and the timer of those that wait for their time.
///
/// ```
///   ProtocolSession ──▶ session: LoginSession     reads and judges
///        └──holdReply──▶ hold ──▶ timer ──due──▶ the worker goes on with the connection
/// ```
///
/// **Locks**: none; the worker's thread.
package final class LoginService {
  package let session: StableBox<LoginSession>
  private let host: LoginContext
  private var timer: Timer?
  /// Made while the session is: both are there as long as the worker's thread.
  private weak var worker: WorkerThread?

  package init(_ host: LoginContext, count: @escaping (LoginEvent) -> Void) {
    self.host = host
    session = StableBox(LoginSession(host, count: count))
  }

  package func attach(to worker: WorkerThread) {
    self.worker = worker
    timer = Timer(loop: worker.loop) { [unowned self] in resumeDue() }
  }

  /// A connection whose login is not looked at yet.
  package func hold(_ number: UInt32, at place: SuspendedPlace) {
    session.with { session in
      guard let due = session.unfinished[number].waitsUntil else { return }
      session.unfinished[number].ticket = session.waiters.add(place, due: due)
    }
    schedule()
  }

  package func resumeDue() {
    let due = session.with { $0.waiters.takeDue(now: host.monotonicNanoseconds()) }
    for place in due { worker?.resume(place) }
    schedule()
  }

  private func schedule() {
    let pause = session.with { $0.waiters.pause(now: host.monotonicNanoseconds()) }
    if let pause { timer?.schedule(after: pause) } else { timer?.cancel() }
  }
}
