/// How the link thread waits when there is nothing to do: it sleeps until it is woken, or it polls the rings.
///
///     changes come one by one     sleep: each wakes the thread, for a system call of the worker's and one of its own
///     changes follow closely      poll the rings at intervals: changes wait for it, and cost their workers nothing
///
/// Closely is within two intervals: then a poll takes in more than it costs. After polls in vain it sleeps again. So
/// fifty changes a second cost fifty wake-ups, and a million cost a thousand polls.
struct AdaptivePolling {
  private let interval: Duration
  private var lastStreamed: Duration?
  private var pollsLeft = 0

  /// Polls in vain before it sleeps.
  private static let maxIdlePolls = 2

  init(interval: Duration) { self.interval = interval }

  /// Something of the stream was sent.
  mutating func noteStreamed(now: Duration) {
    if let lastStreamed, now - lastStreamed <= interval * 2 { pollsLeft = Self.maxIdlePolls }
    lastStreamed = now
  }

  /// Nothing more is expected: the link is gone.
  mutating func reset() { pollsLeft = 0 }

  /// Whether to poll after an interval; else sleep.
  mutating func takePoll() -> Bool {
    guard pollsLeft > 0 else { return false }
    pollsLeft -= 1
    return true
  }
}
