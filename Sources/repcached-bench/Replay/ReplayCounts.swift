/// What a replay came to.
struct ReplayCounts: Sendable, Equatable {
  /// Requests after the warm-up, and how many of them missed.
  var requests: UInt64 = 0
  var misses: UInt64 = 0
  /// All sets, and those that the server refused.
  var sets: UInt64 = 0
  var refused: UInt64 = 0
  var wrong: UInt64 = 0
  var nanoseconds: UInt64 = 0

  var missRatio: Double { requests == 0 ? 0 : Double(misses) / Double(requests) }
}
