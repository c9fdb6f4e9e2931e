import EventLoop
import Platform

/// Copies keys that have moved to where they belong, pass after pass until one has copied all.
///
/// **Invariants.** A pass counts when each source has listed its keys, no copy was lost in it, no server died, and none is dead. What is
/// refused by a server for good (it is too large for it) is not lost. On the accepting thread.
final class WarmUp {
  enum Outcome: Equatable {
    case copied(Int)
    case outOfTime
  }

  private let context: ProxyContext
  private let loop: AcceptingLoop
  private let workers: [ProxySession.Link]
  private let done: (Outcome) -> Void
  private var walk: KeyWalk?
  private var timer: Timer?
  private let deadline: UInt64
  private var failures = 0
  private var deaths: [UInt64] = []
  private var wasBroken = false

  /// - Parameter done: called once, and not from here.
  init(
    _ context: ProxyContext, _ loop: AcceptingLoop, _ workers: [ProxySession.Link], _ done: @escaping (Outcome) -> Void
  ) {
    (self.context, self.loop, self.workers, self.done) = (context, loop, workers, done)
    deadline = SystemClock.monotonicNanoseconds() + UInt64(context.pool.settings.warmUp) * 1_000_000_000
    timer = Timer(loop: loop.events) { [unowned self] in lookAtClock() }
    timer?.schedule(every: .milliseconds(100))
    pass()
  }

  private var pool: BackendPool { context.pool }
  private var counts: [UInt64] { pool.backends.map { $0.deaths.load(ordering: .relaxed) } }
  private var pauseUntil: UInt64 = 0
  private var verdictAt: UInt64?

  private func lookAtClock() {
    let now = SystemClock.monotonicNanoseconds()
    if now > deadline {
      timer?.cancel()
      walk = nil
      return done(.outOfTime)
    }
    if let verdictAt, now >= verdictAt { judge() }
    if walk == nil, verdictAt == nil, now >= pauseUntil { pass() }
  }

  private func pass() {
    let pool = pool
    guard let list = pool.move?.list, pool.settings.refillRate > 0 else { return }
    (failures, deaths) = (context.generations.failedCopies, counts)
    let sources = pool.backends.indices.filter { !pool.isSecondSide($0) && pool.wasMain($0, in: list) }
    walk = KeyWalk(
      through: sources, of: pool, loop: loop, wants: { pool.router.route($0.span).backup == $1 },
      take: KeyWalk.copying(by: workers)
    ) { [unowned self] in
      wasBroken = $0 != .whole
      // What is under way is answered, or lost, by then.
      verdictAt = SystemClock.monotonicNanoseconds() + UInt64(pool.settings.answerTimeout + 100) * 1_000_000
    }
  }

  private func judge() {
    let count = walk?.keyCount ?? 0
    (walk, verdictAt) = (nil, nil)
    let isWhole = !wasBroken && context.generations.failedCopies == failures && counts == deaths
    let isThere = pool.backends.allSatisfy { $0.health != .dead }
    if isWhole && isThere {
      timer?.cancel()
      return done(.copied(count))
    }
    pauseUntil = SystemClock.monotonicNanoseconds() + UInt64(pool.settings.retryInterval) * 1_000_000
  }
}
