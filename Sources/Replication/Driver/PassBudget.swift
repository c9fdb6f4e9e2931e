/// How long one part of a pass of the link thread may go on: sending, reading, or what was read before and is not done.
///
/// Each of them has loops that may find work without end, and nothing to show for it: a walk over an index in which
/// nothing is newer, a ring full of records that are out of date, a buffer full of small frames. What is left waits for
/// the next pass, so that heartbeats go, and those of the peer are read. Three parts make some 2 ms.
struct PassBudget {
  private let clock: @Sendable () -> UInt64
  private var end = Duration.zero

  static let part = Duration.microseconds(700)

  /// - Parameter clock: nanoseconds of any clock that only rises.
  init(clock: @escaping @Sendable () -> UInt64) { self.clock = clock }

  mutating func begin() { end = now + Self.part }

  private var now: Duration { .nanoseconds(Int64(clamping: clock())) }

  /// To be asked after steps of some 100 microseconds at most, for it reads the clock.
  var isSpent: Bool { now >= end }
}
