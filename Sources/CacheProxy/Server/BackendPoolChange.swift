import EventLoop
import Platform
import Synchronization

/// What SIGHUP changes of the servers, one step after the other: see `KeyMove`.
///
/// ```
///   change(to:) ─▶ probing ─▶ joining ──all workers, a timeout──▶ warming ──a pass that copied all──▶ leaving ─▶ cleaning ─▶ over
///            │        │          ▲                              └─another change: back to joining ─────────────▶ cleaning ─▶ that one
///            │        └─▶ over: a new server does not answer (nothing changes), or is one of those of before (no key moves)
///            └──▶ over, at once: the list is the same, has backups, or --warm-up=0
/// ```
///
/// **Invariants.** A step begins when each worker has told that it has made the one before. One change at a time: another waits until the
/// one under way is over, or is taken back. Keys are deleted where they were only when a whole pass has copied them, in which no copy was
/// lost and no server died. On the accepting thread.
final class BackendPoolChange {
  private let context: ProxyContext
  private let loop: AcceptingLoop
  private let workers: [ProxySession.Link]
  private let healthChecker: (BackendPool) -> Void
  private var timer: Timer?
  private var next: () -> Void = {}
  private var probe: StoreProbe?
  private var warmUp: WarmUp?
  private var cleaning: MovedKeys?
  private var adopted: AdoptionCount?
  /// Those whose servers may have keys that are not theirs any more.
  private var uncleaned: [BackendPool] = []
  /// The settings with the list that keys are moved from.
  private var origin: ProxySettings?
  private var isTakenBack = false
  /// All keys are where they belong.
  private var isProven = false
  /// What is to come when what is under way is over.
  private var waiting: ProxySettings?

  private static let slack = Duration.milliseconds(100)

  /// - Parameter healthChecker: has the servers of a pool looked after, and no others.
  init(
    _ context: ProxyContext, _ loop: AcceptingLoop, _ workers: [ProxySession.Link],
    healthChecker: @escaping (BackendPool) -> Void
  )
    throws(EventLoopError)
  {
    (self.context, self.loop, self.workers, self.healthChecker) = (context, loop, workers, healthChecker)
    timer = Timer(loop: loop.events) { [unowned self] in resume() }
    adopted = try AdoptionCount(loop.events) { [weak self] in self?.allAdopted() }
  }

  private var isWaitingForWorkers = false
  private var delay = Duration.zero

  private func resume() {
    let body = next
    next = {}
    body()
  }

  private func wait(_ delay: Duration, then body: @escaping () -> Void) {
    next = body
    timer?.schedule(after: delay)
  }

  /// The newest settings, from now on or when what is under way is over.
  func change(to settings: ProxySettings) throws(ProxyError) {
    let before = context.pool
    if settings.list == before.settings.list, !isTakenBack {
      (waiting, probe) = (nil, nil)
      // Keys on their way go on, and where they belong is the same. The login for servers, at least, may be another.
      return begin(
        try BackendPool(settings, after: before, move: before.move, notices: context.notices), of: before.move?.stage)
    }
    if before.move != nil || !uncleaned.isEmpty { return takeBack(for: settings) }
    let movesKeys = settings.backups.isEmpty && before.settings.backups.isEmpty && settings.warmUp > 0
    if !movesKeys { return try replace(by: settings) }
    let pool = try BackendPool(
      settings, after: before, move: KeyMove(.joining, from: before.settings.list), notices: context.notices)
    probe = StoreProbe(pool, from: before.settings.list, loop: loop) { [unowned self] in probed(pool, $0) }
  }

  private func probed(_ pool: BackendPool, _ outcome: StoreProbe.Outcome) {
    probe = nil
    switch outcome {
    case .distinct:
      origin = context.pool.settings
      begin(pool)
    case .silent(let number):
      context.log("magent: SIGHUP: \(pool.backends[number].address) does not answer; the servers stay as they were")
    case .same(let number):
      context.log(
        "magent: SIGHUP: \(pool.backends[number].address) holds what a server of before holds: no key is moved")
      attempt { () throws(ProxyError) in try replace(by: pool.settings) }
    }
  }

  /// At once.
  private func replace(by settings: ProxySettings) throws(ProxyError) {
    let before = context.pool
    let pool = try BackendPool(settings, after: before, notices: context.notices)
    if !settings.backups.isEmpty { warmNew(pool, after: before) }
    begin(pool)
  }

  /// Backups have what new mains do not have yet.
  private func warmNew(_ pool: BackendPool, after before: BackendPool) {
    for number in 0..<pool.mainCount where !before.backends.contains(where: { $0 === pool.backends[number] }) {
      pool.backends[number].beginWarming()
    }
  }

  /// Another list while keys are on their way, or deleted where they were: first that is ended.
  private func takeBack(for settings: ProxySettings) {
    context.log("magent: SIGHUP: the servers change when the change before is over")
    waiting = settings
    guard !isTakenBack, let stage = context.pool.move?.stage, stage != .leaving else { return }
    // Who joins looks at it when the time of that is over.
    isTakenBack = true
    if stage == .joining { return }
    stopWarming()
    step(to: .joining)
  }

  func stop() {
    (probe, cleaning) = (nil, nil)
    stopWarming()
  }

  private func stopWarming() {
    timer?.cancel()
    next = {}
    warmUp = nil
  }

  private func attempt(_ body: () throws(ProxyError) -> Void) {
    do throws(ProxyError) { try body() } catch { context.log("magent: \(error)") }
  }

  // MARK: Steps

  /// - Parameter stage: that was reached already, and goes on: only the settings are others.
  private func begin(_ pool: BackendPool, of stage: KeyMove.Stage? = nil) {
    context.setPool(pool)
    healthChecker(pool)
    // What was asked before is done when its time is over.
    delay = .milliseconds(pool.settings.answerTimeout) + Self.slack
    if stage == nil { isWaitingForWorkers = true }
    adopted?.adopt(pool, by: workers)
  }

  private func allAdopted() {
    // The wake-up of a change before this one may come late.
    guard isWaitingForWorkers, adopted?.isDone == true else { return }
    isWaitingForWorkers = false
    switch context.pool.move?.stage {
    case nil: if !uncleaned.isEmpty { wait(delay) { [unowned self] in clean() } }
    case .joining: wait(delay) { [unowned self] in isTakenBack ? returnToOrigin() : step(to: .warming) }
    case .warming: beginWarmUp()
    // A copy under way, and another of what was written meanwhile.
    case .leaving: wait(delay * 3) { [unowned self] in leave() }
    }
  }

  private func step(to stage: KeyMove.Stage?) {
    let before = context.pool
    let move = before.move.flatMap { move in stage.map { KeyMove($0, from: move.list) } }
    attempt { () throws(ProxyError) in
      begin(try BackendPool(before.settings, after: before, move: move, isStep: true, notices: context.notices))
    }
  }

  /// Nobody asks the new places any more, which may have copies.
  private func returnToOrigin() {
    let before = context.pool
    guard let origin else { return }
    attempt { () throws(ProxyError) in
      let pool = try BackendPool(origin, after: before, isStep: true, notices: context.notices)
      uncleaned.append(before)
      begin(pool)
    }
  }

  // MARK: Copying

  private func beginWarmUp() {
    context.log("magent: warm-up: keys that have moved are copied from where they were")
    warmUp = WarmUp(context, loop, workers) { [unowned self] outcome in
      switch outcome {
      case .copied(let count): context.log("magent: warm-up is over: \(count) keys were copied")
      case .outOfTime:
        context.log("magent: warm-up is over: its time is over")
        context.log("magent: warning: a server that has lost keys has them still: empty it before it has them again")
      }
      isProven = outcome != .outOfTime
      wait(.zero) { [unowned self] in
        warmUp = nil
        step(to: .leaving)
      }
    }
  }

  private func leave() {
    if isProven, context.pool.settings.refillRate > 0 { uncleaned.append(context.pool) }
    step(to: nil)
    if uncleaned.isEmpty { endChange() }
  }

  // MARK: Deleting

  private func clean() {
    if cleaning != nil { return }
    if context.pool.settings.refillRate == 0 {
      uncleaned = []
      context.log("magent: warning: copies stay where they are: empty those servers before they are in the list again")
      return endChange()
    }
    cleaning = MovedKeys(of: uncleaned, for: context.pool, loop: loop) { [unowned self] count, isWhole in
      context.log("magent: \(count) keys that have moved are deleted where they were")
      if !isWhole {
        context.log("magent: warning: a server has kept some: empty it before it is in the list again")
      }
      (cleaning, uncleaned) = (nil, [])
      endChange()
    }
  }

  private func endChange() {
    (isTakenBack, origin) = (false, nil)
    guard let settings = waiting else { return }
    waiting = nil
    attempt { () throws(ProxyError) in try change(to: settings) }
  }
}

/// How many workers have not made a step yet.
private final class AdoptionCount {
  private let wakeup: Wakeup
  private let left = Counter()

  private final class Counter: Sendable {
    let round = Mutex((number: 0, left: 0))

    func begin(_ count: Int) -> Int {
      round.withLock {
        $0 = ($0.number + 1, count)
        return $0.number
      }
    }

    /// True for the last of its round.
    func count(_ number: Int) -> Bool {
      round.withLock {
        guard $0.number == number else { return false }
        $0.left -= 1
        return $0.left == 0
      }
    }
  }

  init(_ loop: EventLoop, _ whenAll: @escaping () -> Void) throws(EventLoopError) {
    wakeup = try Wakeup(loop: loop, whenAll)
  }

  var isDone: Bool { left.round.withLock { $0.left == 0 } }

  func adopt(_ pool: BackendPool, by workers: [ProxySession.Link]) {
    let number = left.begin(workers.count)
    for worker in workers {
      worker.adopt(pool) { [left, wakeup] in if left.count(number) { wakeup.signal() } }
    }
  }
}
