import EventLoop
import Platform
import SystemPackage
import Transport

/// Looks after the backends that are dead: asks each again and again, and has it used again when it answers.
///
/// ```
///   every retry interval: dead ──version──▶ VERSION … ──▶ next time: what was written without it is deleted there
///                                                         └─▶ alive; a main with backups: warming, and its keys are copied
/// ```
///
/// **Invariants.** A server that hung answers what had been sent to it before, in no order with what is said to it now; so between
/// its first answer and the deleting lies an interval. It is used when nothing was written without it any more.
///
/// On the accepting thread; no worker waits for it.
final class Caretaker {
  private let context: ProxyContext
  private let loop: EventLoop
  private let workers: [ProxySession.Link]
  private var timer: Timer?
  private var visits: [Int: Visit] = [:]
  private var refills: [Int: Refill] = [:]
  /// Those that have answered once.
  private var answering: Set<Int> = []

  init(context: ProxyContext, loop: EventLoop, workers: [ProxySession.Link]) {
    (self.context, self.loop, self.workers) = (context, loop, workers)
    timer = Timer(loop: loop) { [unowned self] in look() }
    timer?.schedule(every: .milliseconds(context.settings.retryInterval))
  }

  private func look() {
    for number in context.backends.indices where context.backends[number].health == .dead {
      refills[number] = nil
      // One that is deleting still has its time.
      if let visit = visits[number], visit.isBusy, SystemClock.monotonicNanoseconds() < visit.deadline { continue }
      if let visit = visits[number] { failed(number, visit.missed) }
      visit(number)
    }
  }

  private func visit(_ number: Int) {
    let backend = context.backends[number]
    let missed = answering.contains(number) ? backend.takeMissed() : MissedWrites()
    visits[number] = Visit(to: number, context, deleting: missed, loop: loop) { [unowned self] isDone in
      if isDone { answered(number) } else { failed(number, missed) }
    }
    if visits[number]?.isUnderWay == false { failed(number, missed) }
  }

  private func failed(_ number: Int, _ missed: MissedWrites) {
    visits[number] = nil
    answering.remove(number)
    context.backends[number].putBack(missed)
  }

  private func answered(_ number: Int) {
    visits[number] = nil
    guard context.backends[number].health == .dead else { return }
    if context.hasBackups, answering.insert(number).inserted { return }
    let isWarming = !context.backends[number].isBackup && context.hasBackups
    // What was written while it deleted is deleted next.
    guard context.markReturned(number, warming: isWarming) else { return visit(number) }
    answering.remove(number)
    guard isWarming else { return }
    if context.settings.refillRate == 0 { return context.markWarm(number) }
    refills[number] = Refill(of: number, context: context, loop: loop, workers: workers) { [unowned self] in
      refills[number] = nil
      context.markWarm(number)
    }
  }
}
