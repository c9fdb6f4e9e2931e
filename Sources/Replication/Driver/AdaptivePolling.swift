/// How the link thread rests when there is nothing to do: it sleeps until it is woken, or it naps.
///
///     changes come one by one     sleep: each wakes the thread, for a system call of the worker's and one of its own
///     changes follow closely      nap, and look at the rings by itself: they wait for it, and cost their workers nothing
///
/// Closely is within two naps: then a nap takes in more than it costs. After naps in vain it sleeps again. So fifty changes
/// a second cost fifty wake-ups, and a million cost a thousand naps.
struct StreamRest {
  private let nap: UInt64
  private var lastStreamed: UInt64 = 0
  private var napsLeft = 0

  /// Naps in vain before it sleeps.
  private static let mostInVain = 2

  /// - Parameter nap: nanoseconds.
  init(nap: UInt64) { self.nap = nap }

  /// Something of the stream was sent.
  mutating func noteStreamed(now: UInt64) {
    if now &- lastStreamed <= nap &* 2 { napsLeft = Self.mostInVain }
    lastStreamed = now
  }

  /// Nothing more is expected: the link is gone.
  mutating func reset() { napsLeft = 0 }

  /// Whether to nap now; else sleep.
  mutating func takeNap() -> Bool {
    guard napsLeft > 0 else { return false }
    napsLeft -= 1
    return true
  }
}
