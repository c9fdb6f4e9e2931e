import Synchronization

/// Answers that wait until it is known what the peer has made of the writes that they speak of (`-o repl_ack`): how long they
/// do, how many went out otherwise, and whom to wake. What is known stands in each worker's `WriteOutcomes`.
final class Acknowledgements: Sendable {
  /// How long an answer may wait; nil: none does.
  let limit: Duration?
  private let timeouts = Atomic<UInt64>(0)
  private let refused = Atomic<UInt64>(0)
  private let bells = Mutex<[WorkerMailbox]>([])

  init(limit: Duration?) { self.limit = limit }

  var isOn: Bool { limit != nil }
  /// Answers given before the peer had what they speak of.
  var timeoutCount: UInt64 { timeouts.load(ordering: .relaxed) }
  /// Writes answered as done whose values are here alone.
  var refusedCount: UInt64 { refused.load(ordering: .relaxed) }

  func countTimeout() { timeouts.add(1, ordering: .relaxed) }
  func countRefused() { refused.add(1, ordering: .relaxed) }

  /// Workers come in the order of their numbers.
  func register(_ mailbox: WorkerMailbox) { bells.withLock { $0.append(mailbox) } }

  /// On the link's thread: more is known of what this worker has changed.
  func wake(_ worker: Int) {
    bells.withLock { if worker < $0.count { $0[worker].ringIfHolding() } }
  }
}
