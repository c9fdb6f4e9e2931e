import EventLoop
import Platform
import SystemPackage
import Transport

/// A worker as other threads see it: a mailbox to leave sockets in.
package final class Worker: Sendable {
  private let mailbox: WorkerMailbox
  private let thread: Thread

  /// Starts the thread.
  package init(number: Int, _ body: sending WorkerThread) throws {
    mailbox = body.mailbox
    thread = try Thread.start(name: "worker \(number)") { body.run() }
  }

  /// Hands a connected client over, the handshake of its channel done.
  package func adopt(_ client: Transport) { mailbox.post(.client(client)) }

  /// Hands a descriptor of a datagram port over.
  package func serveDatagrams(of socket: FileDescriptor, port: UInt16) { mailbox.post(.datagrams(socket, port: port)) }

  /// Has its thread answer, between two passes.
  package func call(_ answer: @escaping @Sendable () -> Void) { mailbox.post(.call(answer)) }

  /// Answers what was read, closes everything, and ends the thread.
  package func stop() {
    mailbox.post(.stop)
    thread.join()
  }
}
