import Synchronization

/// What the acceptor counts; read by whoever answers `stats`.
final class AcceptCounters: Sendable {
  let rejected = Atomic<UInt64>(0)
  let timesPaused = Atomic<UInt64>(0)
  let microsecondsPaused = Atomic<UInt64>(0)
  let isAccepting = Atomic<Bool>(true)

  func reset() {
    rejected.store(0, ordering: .relaxed)
    timesPaused.store(0, ordering: .relaxed)
    microsecondsPaused.store(0, ordering: .relaxed)
  }
}
