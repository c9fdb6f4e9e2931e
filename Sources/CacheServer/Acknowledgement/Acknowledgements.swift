import EventLoop
import Synchronization

/// Replies that wait until it is known what the peer has made of the writes that they speak of (`-o repl_ack`), as far as all
/// workers share them: how long a reply may wait, how many went out otherwise, and whom to wake. What is known stands in
/// each worker's `WriteOutcomes`; the waiting itself is each worker's `AckGate`.
final class Acknowledgements: Sendable {
  /// How long a reply may wait; nil: none does.
  let limit: Duration?
  private let timeouts = Atomic<UInt64>(0)
  private let refused = Atomic<UInt64>(0)
  private let wakeups = Mutex<[AckWakeup]>([])

  init(limit: Duration?) { self.limit = limit }

  var isOn: Bool { limit != nil }
  /// Replies given before the peer had what they speak of.
  var timeoutCount: UInt64 { timeouts.load(ordering: .relaxed) }
  /// Writes answered as done whose values are here alone.
  var refusedCount: UInt64 { refused.load(ordering: .relaxed) }

  func countTimeout() { timeouts.add(1, ordering: .relaxed) }
  func countRefused() { refused.add(1, ordering: .relaxed) }

  /// Workers come in the order of their numbers.
  func register(_ wakeup: AckWakeup) { wakeups.withLock { $0.append(wakeup) } }

  /// On the link's thread: more is known of what this worker has changed.
  func wake(_ worker: Int) {
    wakeups.withLock { if worker < $0.count { $0[worker].signalIfWaiting() } }
  }
}

/// A worker's wake-up, signaled only while replies of its wait.
final class AckWakeup: Sendable {
  private let isWaiting = Atomic<Bool>(false)
  private let wakeup: Wakeup

  init(wakeup: Wakeup) { self.wakeup = wakeup }

  func setWaiting(_ waits: Bool) { isWaiting.store(waits, ordering: .sequentiallyConsistent) }

  func signalIfWaiting() {
    if isWaiting.load(ordering: .sequentiallyConsistent) { wakeup.signal() }
  }
}
