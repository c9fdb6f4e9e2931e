import Platform
import Synchronization

/// A worker between its phases, and its counters at any time.
final class WorkerCell: Sendable {
  let counters: CounterTable
  /// Held by the thread that runs a phase, for the whole phase; never contended.
  private let worker: Mutex<Worker>

  init(counters: CounterTable, _ worker: consuming sending Worker) {
    self.counters = counters
    self.worker = Mutex(worker)
  }

  func run(_ phase: Phase) {
    worker.withLock { $0.run(phase) }
  }

  func reset() {
    worker.withLock { $0.tally.reset() }
  }

  func latencies() -> Latencies {
    worker.withLock { $0.tally.latencies }
  }

  func complaints() -> (wrong: String?, error: String?) {
    worker.withLock { ($0.tally.firstWrong, $0.tally.firstError) }
  }
}
