import Foundation

// No test depends on how fast the machine is: it waits for what must happen and polls until then. The deadline is a safety
// net that turns "never" into a failure; `REPCACHED_TEST_TIMEOUT_FACTOR=4` stretches it for sanitizers and slow machines.

struct Deadline: Sendable {
  static let timeoutFactor = Double(ProcessInfo.processInfo.environment["REPCACHED_TEST_TIMEOUT_FACTOR"] ?? "") ?? 1

  private let instant: ContinuousClock.Instant

  static func within(_ duration: Duration) -> Deadline {
    Deadline(instant: ContinuousClock.now + duration * timeoutFactor)
  }

  /// Long enough for anything that is going to happen at all.
  static var generous: Deadline { within(.seconds(30)) }

  var hasPassed: Bool { ContinuousClock.now >= instant }

  var millisecondsLeft: Int {
    let left = (instant - ContinuousClock.now).components
    return max(0, Int(left.seconds) * 1000 + Int(left.attoseconds / 1_000_000_000_000_000))
  }
}

/// Polls until the condition holds; false when the deadline passed first.
func eventually(_ deadline: Deadline = .generous, _ condition: () throws -> Bool) rethrows -> Bool {
  while !(try condition()) {
    if deadline.hasPassed { return false }
    Kernel.sleep(microseconds: 2_000)
  }
  return true
}

/// Polls until both sides of a comparison agree, and hands back the last value seen, for `#expect` to show.
func settled<Value: Equatable>(
  on expected: Value, _ deadline: Deadline = .generous, _ observe: () throws -> Value
) rethrows -> Value {
  var seen = try observe()
  while seen != expected, !deadline.hasPassed {
    Kernel.sleep(microseconds: 2_000)
    seen = try observe()
  }
  return seen
}
