import EventLoop
import Platform
import Synchronization
import SystemPackage

/// What others ask of a worker: taken by its thread when the bell rings.
///
/// The letters are guarded by `lock`, for the few instructions that it takes to put one down or to take all. (A spin lock
/// and not a `Mutex`, because ThreadSanitizer does not see into that one.)
@safe final class WorkerMailbox: @unchecked Sendable {
  enum Letter {
    case client(FileDescriptor)
    case stop
    /// For `stats conns`.
    case listConnections
    /// What a connection has waited for.
    case answer(WaitingPlace, String)
  }

  private let isHolding = Atomic<Bool>(false)
  private var letters: [Letter] = []
  private let lock = SpinLock()
  private let wakeup: Wakeup

  init(wakeup: Wakeup) { self.wakeup = wakeup }

  func post(_ letter: Letter) {
    lock.withLock { letters.append(letter) }
    wakeup.signal()
  }

  /// The worker holds answers until the peer acknowledges, or does no more.
  func setHolding(_ holds: Bool) { isHolding.store(holds, ordering: .sequentiallyConsistent) }

  func ringIfHolding() {
    if isHolding.load(ordering: .sequentiallyConsistent) { wakeup.signal() }
  }

  func take() -> [Letter] {
    lock.withLock {
      defer { letters = [] }
      return letters
    }
  }
}
