import EventLoop
import Platform
import SystemPackage
import Transport

/// Looks after the servers that are dead: asks each again and again, and has it used again when it answers.
///
/// ```
///   every retry interval: dead ──version──▶ VERSION … ──▶ next time: what was written without it is deleted there
///                                                         └─▶ alive; a main with backups: warming, and its keys are copied
/// ```
///
/// **Invariants.** A server that hung answers what had been sent to it before, in no order with what is said to it now; so between
/// its first answer and the deleting lies an interval. It is used when nothing was written without it any more. Who was ejected
/// returns, and then the others delete what they have had of its keys: it would be old the next time.
///
/// On the accepting thread; no worker waits for it.
final class HealthChecker {
  private let pool: BackendPool
  private let loop: AcceptingLoop
  private let workers: [ProxySession.Link]
  private var timer: Timer?
  private var probes: [Int: HealthProbe] = [:]
  private var refills: [Int: KeyWalk] = [:]
  /// Those that have answered once.
  private var answering: Set<Int> = []
  /// Keys of an ejected server that others have, by its number.
  private var misplacedKeys: [Int: MissedWrites] = [:]
  private var cleanings: [HealthProbe] = []

  init(_ pool: BackendPool, loop: AcceptingLoop, workers: [ProxySession.Link]) {
    (self.pool, self.loop, self.workers) = (pool, loop, workers)
    timer = Timer(loop: loop.events) { [unowned self] in look() }
    timer?.schedule(every: .milliseconds(pool.settings.retryInterval))
    for number in pool.backends.indices where pool.backends[number].health == .warming { refill(number) }
  }

  /// Another looks after them from now on.
  func end() {
    timer?.cancel()
    for (number, probe) in probes { pool.backends[number].putBack(probe.missed) }
    (probes, refills, cleanings) = ([:], [:], [])
  }

  private func look() {
    cleanings.removeAll { $0.isOver }
    for number in pool.backends.indices where pool.backends[number].health == .dead {
      refills[number] = nil
      // One that is deleting still has its time.
      if let probe = probes[number], probe.isBusy, SystemClock.monotonicNanoseconds() < probe.deadline { continue }
      if let probe = probes[number] { failed(number, probe.missed) }
      if !isHeldOut(number) { probe(number) }
    }
    for number in pool.backends.indices where pool.backends[number].health == .warming && refills[number] == nil {
      refill(number)
    }
  }

  private func isHeldOut(_ number: Int) -> Bool {
    let backend = pool.backends[number]
    guard backend.isEjected.load(ordering: .relaxed) else { return false }
    return backend.timeDead(now: SystemClock.monotonicNanoseconds()) < UInt64(pool.settings.ejectTime)
  }

  private func probe(_ number: Int) {
    let missed = answering.contains(number) ? pool.backends[number].takeMissed() : MissedWrites()
    probes[number] = HealthProbe(to: number, pool, deleting: missed, loop: loop) { [unowned self] isDone in
      if isDone { answered(number, missed) } else { failed(number, missed) }
    }
    if probes[number]?.isUnderWay == false { failed(number, missed) }
  }

  private func failed(_ number: Int, _ missed: MissedWrites) {
    probes[number] = nil
    answering.remove(number)
    pool.backends[number].place.noteFailure()
    pool.backends[number].putBack(missed)
  }

  private func answered(_ number: Int, _ missed: MissedWrites) {
    probes[number] = nil
    guard pool.backends[number].health == .dead else { return }
    if pool.settings.ejects { misplacedKeys[number, default: MissedWrites()].add(missed) }
    if pool.hasBackups || pool.settings.ejects, answering.insert(number).inserted { return }
    let isWarming = pool.hasBackup(number)
    let hadKeysElsewhere = pool.backends[number].isEjected.load(ordering: .relaxed)
    // What was written while it deleted is deleted next.
    guard pool.markReturned(number, warming: isWarming) else { return probe(number) }
    answering.remove(number)
    if hadKeysElsewhere { clean(after: number) }
    if isWarming { refill(number) }
  }

  private func refill(_ number: Int) {
    if pool.settings.refillRate == 0 { return pool.markWarm(number) }
    let pool = pool
    let backups = pool.backends.indices.filter { pool.backends[$0].isBackup }
    refills[number] = KeyWalk(
      through: backups, of: pool, loop: loop, wants: { key, _ in pool.router.route(key.span).main == number },
      take: KeyWalk.copying(by: workers)
    ) { [unowned self] outcome in
      refills[number] = nil
      // One that could not be asked is asked again, at the next look; one that lists no keys never does.
      if outcome != .broken { pool.markWarm(number) }
    }
  }

  /// What others have had of its keys is deleted there. Where nobody knows which keys that are, it stays.
  private func clean(after number: Int) {
    guard let keys = misplacedKeys.removeValue(forKey: number)?.keys else { return }
    var router = pool.router
    for main in 0..<pool.settings.mains.count {
      router.setEjected(main, main == number || pool.backends[main].isEjected.load(ordering: .relaxed))
    }
    let bySubstitute = Dictionary(grouping: keys) { pool.side(of: router.route($0.span).main) }
    for (substitute, keys) in bySubstitute where pool.backends[substitute].health != .dead {
      cleanings.append(HealthProbe(to: substitute, pool, deleting: MissedWrites(keys), loop: loop) { _ in })
    }
  }
}
