import EventLoop
import Synchronization

/// Names that are looked up for a loop: what follows is done on the loop's thread, when the name has been answered.
///
/// ```
///   loop: ask(place) { dial } ──▶ ServerPlace, its thread ──ring(7)──▶ wake-up ──▶ loop: dial
/// ```
///
/// **Invariants.** Bodies stay on the loop's thread, and only their numbers cross. One wake-up for all, for a loop keeps those for ever.
final class NameBell {
  private let rung = Rung()
  private var bodies: [UInt64: () -> Void] = [:]
  private var last: UInt64 = 0

  init(_ loop: EventLoop) throws(EventLoopError) {
    let wakeup = try Wakeup(loop: loop) { [weak self] in self?.answer() }
    rung.wakeup.withLock { $0 = wakeup }
  }

  /// Returns at once.
  func ask(_ place: ServerPlace, _ body: @escaping () -> Void) {
    last += 1
    bodies[last] = body
    place.ask { [rung, last] in rung.ring(last) }
  }

  private func answer() {
    for number in rung.take() { bodies.removeValue(forKey: number)?() }
  }

  private final class Rung: Sendable {
    let wakeup = Mutex<Wakeup?>(nil)
    private let numbers = Mutex<[UInt64]>([])

    func ring(_ number: UInt64) {
      numbers.withLock { $0.append(number) }
      wakeup.withLock { $0 }?.signal()
    }

    func take() -> [UInt64] {
      numbers.withLock { numbers in
        defer { numbers = [] }
        return numbers
      }
    }
  }
}

/// The loop of the accepting thread, and what its connections to servers need of it.
final class CareLoop {
  let events: EventLoop
  let names: NameBell

  init(_ events: EventLoop) throws(EventLoopError) { (self.events, names) = (events, try NameBell(events)) }
}
