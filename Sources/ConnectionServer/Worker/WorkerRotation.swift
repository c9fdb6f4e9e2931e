import Synchronization
import Transport

/// The workers in turn, for whoever hands clients over: the accepting thread, and that of the handshakes.
package final class WorkerRotation: Sendable {
  private let workers: [Worker]
  private let next = Atomic<Int>(0)

  package init(_ workers: [Worker]) { self.workers = workers }

  package func adopt(_ client: Transport) {
    let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
    workers[Int(UInt(bitPattern: number) % UInt(workers.count))].adopt(client)
  }
}
