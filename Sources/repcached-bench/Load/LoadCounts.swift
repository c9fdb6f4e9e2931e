import Platform

/// What all workers counted together, at one moment.
struct LoadCounts: Sendable, Equatable {
  private var values: [UInt64]

  init(_ tables: [CounterTable]) {
    values = LoadCounter.allCases.map { counter in tables.reduce(0) { $0 + $1[counter.rawValue] } }
  }

  init(_ counts: [LoadCounter: UInt64]) {
    values = LoadCounter.allCases.map { counts[$0] ?? 0 }
  }

  subscript(counter: LoadCounter) -> UInt64 { values[counter.rawValue] }

  var requests: UInt64 { self[.gets] + self[.sets] }
  /// Keys of answered requests.
  var keys: UInt64 { self[.hits] + self[.misses] + self[.sets] }
}
