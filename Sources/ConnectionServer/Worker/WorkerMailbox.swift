import EventLoop
import Platform
import SystemPackage
import Transport

/// What others ask of a worker: taken by its thread when it is woken.
///
/// The messages are guarded by `lock`, for the few instructions that it takes to post one or to take all. (A spin lock
/// and not a `Mutex`, because ThreadSanitizer does not see into that one.)
@safe package final class WorkerMailbox: @unchecked Sendable {
  package enum Message: Sendable {
    case client(Transport)
    /// A socket of datagrams, and the port that it is bound to.
    case datagrams(FileDescriptor, port: UInt16)
    case stop
    /// What a connection has waited for.
    case reply(SuspendedPlace, String)
    /// Who asks is told of the worker's connections.
    case list(@Sendable ([ConnectionDescription]) -> Void)
    /// Who asks is answered, for the worker goes on.
    case call(@Sendable () -> Void)
  }

  private var messages: [Message] = []
  private let lock = SpinLock()
  private let wakeup: Wakeup

  package init(wakeup: Wakeup) { self.wakeup = wakeup }

  package func post(_ message: Message) {
    lock.withLock { messages.append(message) }
    wakeup.signal()
  }

  func take() -> [Message] {
    lock.withLock {
      defer { messages = [] }
      return messages
    }
  }
}

/// A connection that waits for a reply made by another thread, and the worker it belongs to.
package struct DeferredReply: Sendable {
  private let mailbox: WorkerMailbox
  private let place: SuspendedPlace

  init(mailbox: WorkerMailbox, place: SuspendedPlace) {
    self.mailbox = mailbox
    self.place = place
  }

  /// From any thread, once: this is the reply. It is dropped if the connection is gone.
  package func send(_ text: String) { mailbox.post(.reply(place, text)) }
}
