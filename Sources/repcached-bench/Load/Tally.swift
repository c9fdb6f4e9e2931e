import Platform

/// What came of the requests of one worker.
struct Tally: ~Copyable {
  let counters: CounterTable
  private(set) var latencies = Latencies()
  /// The first wrong answer in words; the others are only counted.
  private(set) var firstWrong: String?
  private(set) var firstError: String?

  init(counters: CounterTable) { self.counters = counters }

  @inline(__always) mutating func count(_ counter: LoadCounter, _ amount: Int = 1) {
    counters.add(UInt64(truncatingIfNeeded: amount), to: counter.rawValue)
  }

  @inline(__always) mutating func complete(_ kind: RequestKind, from start: UInt64, to end: UInt64) {
    latencies.record(kind, from: start, to: end)
    count(kind == .get ? .gets : .sets)
  }

  /// A request that was due and never went out has waited this long at least.
  mutating func abandon(_ kind: RequestKind, from start: UInt64, to end: UInt64) {
    latencies.record(kind, from: start, to: end)
    count(.unsent)
  }

  mutating func wrong(_ description: @autoclosure () -> String) {
    count(.wrong)
    if firstWrong == nil { firstWrong = description() }
  }

  mutating func error(_ description: @autoclosure () -> String) {
    count(.errors)
    if firstError == nil { firstError = description() }
  }

  mutating func reset() {
    counters.reset()
    latencies.reset()
    firstWrong = nil
    firstError = nil
  }
}
