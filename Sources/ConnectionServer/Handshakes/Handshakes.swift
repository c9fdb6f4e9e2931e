import EventLoop
import Platform
import SystemPackage
import Transport

/// The TLS handshakes of all clients, on a thread of their own.
///
/// ```
///   acceptor ──begin(socket, security)──▶ mailbox ──▶ handshake thread ──done──────────▶ deliver: a worker has it
///                                                     one step for each                └▶ failed, or too slow: closed, counted
///                                                     socket that is ready
/// ```
///
/// **Purpose.** The public-key part of a handshake takes a processor as long as hundreds of requests. On this thread it holds up
/// other handshakes and no request; a client that says nothing costs a descriptor, and only for as long as `limit`.
///
/// **Invariants.** A socket that was begun is delivered with its channel, or closed, once; each counts as a connection from the
/// acceptor on. **Locks**: the mailbox's, for a few instructions. It must not know any protocol.
package final class Handshakes: Sendable {
  private let mailbox: HandshakeMailbox
  private let thread: Thread

  /// How long a client may take, by default.
  package static let defaultLimit = Duration.seconds(10)

  /// - Parameters:
  ///   - deliver: takes a client over, on this object's thread.
  ///   - report: is told why a handshake came to nothing, on the same.
  package init(
    credentials: TLSCredentials, context: ServingContext, limit: Duration = defaultLimit,
    report: @escaping @Sendable (FileDescriptor, String) -> Void = { _, _ in },
    deliver: @escaping @Sendable (Transport) -> Void
  ) throws {
    let body = try HandshakeThread(credentials, context, limit: limit, report: report, deliver: deliver)
    mailbox = body.mailbox
    thread = try Thread.start(name: "handshakes") { body.run() }
  }

  /// Takes a client in. From any thread.
  ///
  /// - Parameter verification: how its certificate is judged; nil: as the settings say.
  package func begin(_ socket: FileDescriptor, _ verification: TLSSettings.Verification?) {
    mailbox.post(HandshakeMailbox.Client(socket: socket, verification: verification))
  }

  /// Closes all that are under way, and ends the thread.
  package func stop() {
    mailbox.stop()
    thread.join()
  }
}

/// (A spin lock and not a `Mutex`, because ThreadSanitizer does not see into that one.)
@safe final class HandshakeMailbox: @unchecked Sendable {
  struct Client: Sendable {
    let socket: FileDescriptor
    let verification: TLSSettings.Verification?
  }

  private var clients: [Client] = []
  private var isStopping = false
  private let lock = SpinLock()
  private let wakeup: Wakeup

  init(wakeup: Wakeup) { self.wakeup = wakeup }

  func post(_ client: Client) {
    lock.withLock { clients.append(client) }
    wakeup.signal()
  }

  func stop() {
    lock.withLock { isStopping = true }
    wakeup.signal()
  }

  func take() -> (clients: [Client], isStopping: Bool) {
    lock.withLock {
      defer { clients = [] }
      return (clients, isStopping)
    }
  }
}
