import EventLoop
import Synchronization
import SystemPackage

/// What others ask of a worker: taken by its thread when the bell rings.
final class WorkerMailbox: Sendable {
  enum Letter {
    case client(FileDescriptor)
    case stop
    /// For `stats conns`.
    case listConnections
    /// What a connection has waited for.
    case answer(WaitingPlace, String)
  }

  private let isHolding = Atomic<Bool>(false)
  private let letters = Mutex<[Letter]>([])
  private let wakeup: Wakeup

  init(wakeup: Wakeup) { self.wakeup = wakeup }

  func post(_ letter: Letter) {
    letters.withLock { $0.append(letter) }
    wakeup.signal()
  }

  /// The worker holds answers until the peer acknowledges, or does no more.
  func setHolding(_ holds: Bool) { isHolding.store(holds, ordering: .sequentiallyConsistent) }

  func ringIfHolding() {
    if isHolding.load(ordering: .sequentiallyConsistent) { wakeup.signal() }
  }

  func take() -> [Letter] {
    letters.withLock { letters in
      defer { letters = [] }
      return letters
    }
  }
}
