import ItemStore
import Platform
import Synchronization
import SystemPackage

/// A worker as other threads see it: a mailbox to leave sockets in, and counters to read.
package final class Worker: Sendable {
  let counters: WorkerCounters
  private let mailbox: WorkerMailbox
  private let thread: Thread

  /// - Parameter journal: hears of the mutations this worker makes.
  init(number: Int, context: ServerContext, journal: WorkerJournal?) throws(ServerError) {
    do {
      let body = try WorkerThread(context: context, journal: journal)
      counters = body.counters
      mailbox = body.mailbox
      thread = try Thread.start(name: "worker \(number)") { body.run() }
    } catch {
      throw .system("cannot start a worker thread: \(error)")
    }
  }

  /// Hands a connected client over.
  func adopt(_ socket: FileDescriptor) { mailbox.post(.client(socket)) }

  /// Answers what was read, closes everything, and ends the thread.
  func stop() {
    mailbox.post(.stop)
    thread.join()
  }
}
