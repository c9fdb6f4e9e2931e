import ConnectionServer
import Synchronization

/// Whether the workers go on: each is asked, and answers between two of its passes.
///
/// A worker that never comes back from a request leaves its clients waiting for ever; who looks at the process alone sees nothing.
final class WorkerHeartbeat: Sendable {
  private let unanswered = Atomic<Int>(0)

  /// All have answered since they were asked last.
  var isComplete: Bool { unanswered.load(ordering: .relaxed) == 0 }

  /// Only when it is complete.
  func ask(_ workers: [Worker]) {
    unanswered.store(workers.count, ordering: .relaxed)
    for worker in workers { worker.call { self.unanswered.subtract(1, ordering: .relaxed) } }
  }
}
