import EventLoop
import Synchronization
import SystemPackage

/// What others ask of a worker: taken by its thread when the bell rings.
final class WorkerMailbox: Sendable {
  enum Letter {
    case client(FileDescriptor)
    case stop
  }

  private let letters = Mutex<[Letter]>([])
  private let wakeup: Wakeup

  init(wakeup: Wakeup) { self.wakeup = wakeup }

  func post(_ letter: Letter) {
    letters.withLock { $0.append(letter) }
    wakeup.signal()
  }

  func take() -> [Letter] {
    letters.withLock { letters in
      defer { letters = [] }
      return letters
    }
  }
}
