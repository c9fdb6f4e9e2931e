import Histogram

/// The latency of one kind of request, in nanoseconds.
struct LatencySummary: Sendable, Equatable {
  static let percentiles: [(name: String, value: Double)] = [
    ("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9),
  ]

  let count: UInt64
  let mean: Double
  /// In the order of `percentiles`.
  let values: [UInt64]
  let max: UInt64

  /// nil when nothing was recorded.
  init?(_ histogram: Histogram<UInt64>) {
    guard histogram.totalCount > 0 else { return nil }
    count = histogram.totalCount
    mean = histogram.mean
    max = histogram.maxRecorded
    values = LatencySummary.percentiles.map { Swift.min(histogram.valueAtPercentile($0.value), histogram.maxRecorded) }
  }
}
