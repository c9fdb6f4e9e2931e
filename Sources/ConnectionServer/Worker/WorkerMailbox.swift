import EventLoop
import Platform
import SystemPackage

/// What others ask of a worker: taken by its thread when the bell rings.
///
/// The letters are guarded by `lock`, for the few instructions that it takes to put one down or to take all. (A spin lock
/// and not a `Mutex`, because ThreadSanitizer does not see into that one.)
@safe package final class WorkerMailbox: @unchecked Sendable {
  package enum Letter: Sendable {
    case client(FileDescriptor)
    case stop
    /// What a connection has waited for.
    case reply(SuspendedPlace, String)
    /// Who asks is told of the worker's connections.
    case list(@Sendable ([ConnectionDescription]) -> Void)
  }

  private var letters: [Letter] = []
  private let lock = SpinLock()
  private let wakeup: Wakeup

  package init(wakeup: Wakeup) { self.wakeup = wakeup }

  package func post(_ letter: Letter) {
    lock.withLock { letters.append(letter) }
    wakeup.signal()
  }

  func take() -> [Letter] {
    lock.withLock {
      defer { letters = [] }
      return letters
    }
  }
}
