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
final class Caretaker {
  private let fleet: Fleet
  private let loop: CareLoop
  private let workers: [ProxySession.Link]
  private var timer: Timer?
  private var visits: [Int: Visit] = [:]
  private var refills: [Int: KeyWalk] = [:]
  /// Those that have answered once.
  private var answering: Set<Int> = []
  /// Keys of an ejected server that others have, by its number.
  private var strays: [Int: MissedWrites] = [:]
  private var cleanings: [Visit] = []

  init(_ fleet: Fleet, loop: CareLoop, workers: [ProxySession.Link]) {
    (self.fleet, self.loop, self.workers) = (fleet, loop, workers)
    timer = Timer(loop: loop.events) { [unowned self] in look() }
    timer?.schedule(every: .milliseconds(fleet.settings.retryInterval))
    for number in fleet.backends.indices where fleet.backends[number].health == .warming { refill(number) }
  }

  /// Another looks after them from now on.
  func end() {
    timer?.cancel()
    for (number, visit) in visits { fleet.backends[number].putBack(visit.missed) }
    (visits, refills, cleanings) = ([:], [:], [])
  }

  private func look() {
    cleanings.removeAll { $0.isOver }
    for number in fleet.backends.indices where fleet.backends[number].health == .dead {
      refills[number] = nil
      // One that is deleting still has its time.
      if let visit = visits[number], visit.isBusy, SystemClock.monotonicNanoseconds() < visit.deadline { continue }
      if let visit = visits[number] { failed(number, visit.missed) }
      if !isHeldOut(number) { visit(number) }
    }
    for number in fleet.backends.indices where fleet.backends[number].health == .warming && refills[number] == nil {
      refill(number)
    }
  }

  private func isHeldOut(_ number: Int) -> Bool {
    let backend = fleet.backends[number]
    guard backend.isEjected.load(ordering: .relaxed) else { return false }
    return backend.timeDead(now: SystemClock.monotonicNanoseconds()) < UInt64(fleet.settings.ejectTime)
  }

  private func visit(_ number: Int) {
    let missed = answering.contains(number) ? fleet.backends[number].takeMissed() : MissedWrites()
    visits[number] = Visit(to: number, fleet, deleting: missed, loop: loop) { [unowned self] isDone in
      if isDone { answered(number, missed) } else { failed(number, missed) }
    }
    if visits[number]?.isUnderWay == false { failed(number, missed) }
  }

  private func failed(_ number: Int, _ missed: MissedWrites) {
    visits[number] = nil
    answering.remove(number)
    fleet.backends[number].place.noteFailure()
    fleet.backends[number].putBack(missed)
  }

  private func answered(_ number: Int, _ missed: MissedWrites) {
    visits[number] = nil
    guard fleet.backends[number].health == .dead else { return }
    if fleet.settings.ejects { strays[number, default: MissedWrites()].add(missed) }
    if fleet.hasBackups || fleet.settings.ejects, answering.insert(number).inserted { return }
    let isWarming = fleet.hasBackup(number)
    let hadKeysElsewhere = fleet.backends[number].isEjected.load(ordering: .relaxed)
    // What was written while it deleted is deleted next.
    guard fleet.markReturned(number, warming: isWarming) else { return visit(number) }
    answering.remove(number)
    if hadKeysElsewhere { clean(after: number) }
    if isWarming { refill(number) }
  }

  private func refill(_ number: Int) {
    if fleet.settings.refillRate == 0 { return fleet.markWarm(number) }
    let fleet = fleet
    let backups = fleet.backends.indices.filter { fleet.backends[$0].isBackup }
    refills[number] = KeyWalk(
      through: backups, of: fleet, loop: loop, wants: { key, _ in fleet.router.route(key.span).main == number },
      take: KeyWalk.copying(by: workers)
    ) { [unowned self] outcome in
      refills[number] = nil
      // One that could not be asked is asked again, at the next look; one that lists no keys never does.
      if outcome != .broken { fleet.markWarm(number) }
    }
  }

  /// What others have had of its keys is deleted there. Where nobody knows which keys that are, it stays.
  private func clean(after number: Int) {
    guard let keys = strays.removeValue(forKey: number)?.keys else { return }
    var router = fleet.router
    for main in 0..<fleet.settings.mains.count {
      router.setEjected(main, main == number || fleet.backends[main].isEjected.load(ordering: .relaxed))
    }
    let bySubstitute = Dictionary(grouping: keys) { fleet.side(of: router.route($0.span).main) }
    for (substitute, keys) in bySubstitute where fleet.backends[substitute].health != .dead {
      cleanings.append(Visit(to: substitute, fleet, deleting: MissedWrites(keys), loop: loop) { _ in })
    }
  }
}
