import EventLoop
import Synchronization

/// Names that are looked up for a loop: what follows is done on the loop's thread, when the name has been answered.
///
/// ```
///   loop: ask(place) { dial } ──▶ ServerPlace, its thread ──add(7)──▶ wake-up ──▶ loop: dial
/// ```
///
/// **Invariants.** Bodies stay on the loop's thread, and only their numbers cross. One wake-up for all, for a loop keeps those for ever.
final class NameLookups {
  private let answered = Answered()
  private var bodies: [UInt64: () -> Void] = [:]
  private var last: UInt64 = 0

  init(_ loop: EventLoop) throws(EventLoopError) {
    let wakeup = try Wakeup(loop: loop) { [weak self] in self?.answer() }
    answered.wakeup.withLock { $0 = wakeup }
  }

  /// Returns at once.
  func ask(_ place: ServerPlace, _ body: @escaping () -> Void) {
    last += 1
    bodies[last] = body
    place.ask { [answered, last] in answered.add(last) }
  }

  private func answer() {
    for number in answered.take() { bodies.removeValue(forKey: number)?() }
  }

  private final class Answered: Sendable {
    let wakeup = Mutex<Wakeup?>(nil)
    private let numbers = Mutex<[UInt64]>([])

    func add(_ number: UInt64) {
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
final class AcceptingLoop {
  let events: EventLoop
  let names: NameLookups

  init(_ events: EventLoop) throws(EventLoopError) { (self.events, names) = (events, try NameLookups(events)) }
}
