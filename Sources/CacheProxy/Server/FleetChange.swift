import EventLoop
import Platform
import Synchronization

/// What SIGHUP changes of the servers, one step after the other: see `KeyMove`.
///
/// ```
///   change(to: settings) ──▶ joining ──all workers, and a timeout──▶ warming ──copied, or the time is over──▶ leaving ──▶ cleaning ──▶ over
///                       └──▶ over, at once: the list is the same, has backups, or --warm-up=0
/// ```
///
/// **Invariants.** A step begins when each worker has told that it has made the one before. A change that comes while keys are on their
/// way begins anew, from where they were; one that comes while they are deleted there waits for that. On the accepting thread.
final class FleetChange {
  private let context: ProxyContext
  private let loop: CareLoop
  private let workers: [ProxySession.Link]
  private let caretaker: (Fleet) -> Void
  private var timer: Timer?
  private var next: () -> Void = {}
  private var refill: KeyWalk?
  private var cleaning: MovedKeys?
  private var adopted: AdoptionCount?
  /// Those whose servers may have keys that are not theirs any more.
  private var uncleaned: [Fleet] = []
  /// What is to come when that is done.
  private var waiting: ProxySettings?

  private static let slack = Duration.milliseconds(100)

  /// - Parameter caretaker: has the servers of a fleet looked after, and no others.
  init(_ context: ProxyContext, _ loop: CareLoop, _ workers: [ProxySession.Link], caretaker: @escaping (Fleet) -> Void)
    throws(EventLoopError)
  {
    (self.context, self.loop, self.workers, self.caretaker) = (context, loop, workers, caretaker)
    timer = Timer(loop: loop.events) { [unowned self] in goOn() }
    adopted = try AdoptionCount(loop.events) { [weak self] in self?.allAdopted() }
  }

  private var isWaitingForWorkers = false
  private var delay = Duration.zero

  private func goOn() {
    let body = next
    next = {}
    body()
  }

  private func wait(_ delay: Duration, then body: @escaping () -> Void) {
    next = body
    timer?.schedule(after: delay)
  }

  /// The newest settings, from now on.
  func change(to settings: ProxySettings) throws(ProxyError) {
    let before = context.fleet
    let isSame = settings.list == before.settings.list
    if !isSame, before.move == nil, !uncleaned.isEmpty {
      context.log("magent: SIGHUP: the servers change when keys that have moved are deleted where they were")
      waiting = settings
      return
    }
    waiting = nil
    let movesKeys = !isSame && settings.backups.isEmpty && before.settings.backups.isEmpty && settings.warmUp > 0
    // On their way already: they go on, and where they belong is the same.
    let move = isSame ? before.move : movesKeys ? KeyMove(.joining, from: origin(before)) : nil
    let fleet = try Fleet(settings, after: before, move: move, notices: context.notices)
    if !settings.backups.isEmpty { warmNew(fleet, after: before) }
    if !isSame, before.move != nil { uncleaned.append(before) }
    stop()
    begin(fleet)
  }

  /// Where all keys are.
  private func origin(_ fleet: Fleet) -> ServerList {
    guard let move = fleet.move, move.stage != .leaving else { return fleet.settings.list }
    return move.list
  }

  /// Backups have what new mains do not have yet.
  private func warmNew(_ fleet: Fleet, after before: Fleet) {
    for number in 0..<fleet.mainCount where !before.backends.contains(where: { $0 === fleet.backends[number] }) {
      fleet.backends[number].beginWarming()
    }
  }

  func stop() {
    timer?.cancel()
    next = {}
    refill = nil
  }

  private func begin(_ fleet: Fleet) {
    context.setFleet(fleet)
    caretaker(fleet)
    // What was asked before is done when its time is over.
    delay = .milliseconds(fleet.settings.answerTimeout) + Self.slack
    isWaitingForWorkers = true
    adopted?.adopt(fleet, by: workers)
  }

  private func allAdopted() {
    // The bell of a change before this one may ring late.
    guard isWaitingForWorkers, adopted?.isDone == true else { return }
    isWaitingForWorkers = false
    let fleet = context.fleet
    switch fleet.move?.stage {
    case nil: if !uncleaned.isEmpty { wait(delay) { [unowned self] in clean() } }
    case .joining: wait(delay) { [unowned self] in step(to: .warming) }
    case .warming: warmUp(fleet)
    // A copy under way, and another of what was written meanwhile.
    case .leaving: wait(delay * 3) { [unowned self] in step(to: nil) }
    }
  }

  private func step(to stage: KeyMove.Stage?) {
    let before = context.fleet
    if stage == nil { uncleaned.append(before) }
    let move = before.move.flatMap { move in stage.map { KeyMove($0, from: move.list) } }
    do throws(ProxyError) {
      begin(try Fleet(before.settings, after: before, move: move, notices: context.notices))
    } catch { context.log("magent: \(error)") }
  }

  // MARK: Copying

  private func warmUp(_ fleet: Fleet) {
    guard let list = fleet.move?.list else { return }
    context.log("magent: warm-up: keys that have moved are copied from where they were")
    wait(.seconds(fleet.settings.warmUp)) { [unowned self] in endWarmUp("its time is over") }
    if fleet.settings.refillRate == 0 { return }
    let sources = fleet.backends.indices.filter { !fleet.isSecondSide($0) && fleet.had($0, in: list) }
    refill = KeyWalk(
      through: sources, of: fleet, loop: loop, wants: { fleet.router.route($0.span).backup == $1 },
      take: KeyWalk.copying(by: workers)
    ) { [unowned self] isWhole in
      let count = refill?.keyCount ?? 0
      refill = nil
      if isWhole { wait(delay) { [unowned self] in endWarmUp("\(count) keys were copied") } }
    }
  }

  private func endWarmUp(_ why: String) {
    context.log("magent: warm-up is over: \(why)")
    refill = nil
    step(to: .leaving)
  }

  // MARK: Deleting

  private func clean() {
    if cleaning != nil { return }
    cleaning = MovedKeys(of: uncleaned, for: context.fleet, loop: loop) { [unowned self] count, isWhole in
      context.log("magent: \(count) keys that have moved are deleted where they were")
      if !isWhole {
        context.log("magent: warning: a server has kept some: empty it before it is in the list again")
      }
      endCleaning()
    }
  }

  private func endCleaning() {
    (cleaning, uncleaned) = (nil, [])
    guard let settings = waiting else { return }
    do throws(ProxyError) { try change(to: settings) } catch { context.log("magent: \(error)") }
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

  func adopt(_ fleet: Fleet, by workers: [ProxySession.Link]) {
    let number = left.begin(workers.count)
    for worker in workers {
      worker.adopt(fleet) { [left, wakeup] in if left.count(number) { wakeup.signal() } }
    }
  }
}
