import Histogram

/// Latencies in nanoseconds, right to three digits, up to ten minutes.
struct Latencies: Sendable {
  private static let ceiling: UInt64 = 600_000_000_000

  private(set) var gets = Latencies.empty
  private(set) var sets = Latencies.empty

  private static var empty: Histogram<UInt64> {
    Histogram(highestTrackableValue: ceiling, numberOfSignificantValueDigits: .three)
  }

  @inline(__always) mutating func record(_ kind: RequestKind, from start: UInt64, to end: UInt64) {
    let nanoseconds = end > start ? min(end &- start, Latencies.ceiling) : 0
    if kind == .get { gets.record(nanoseconds) } else { sets.record(nanoseconds) }
  }

  mutating func reset() {
    gets.reset()
    sets.reset()
  }

  mutating func add(_ other: Latencies) {
    gets.add(other.gets)
    sets.add(other.sets)
  }

  var all: Histogram<UInt64> {
    var all = gets
    all.add(sets)
    return all
  }
}
