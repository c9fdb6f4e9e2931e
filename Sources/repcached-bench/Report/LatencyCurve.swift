import Histogram

/// How long the slowest part of the requests took: one point says "1 request in `rarity` took at least `microseconds`".
struct LatencyCurve: Sendable, Equatable {
  struct Point: Sendable, Equatable {
    /// 1 / (1 - quantile): 2 is the median, 100 is p99.
    let rarity: Double
    let microseconds: Double
  }

  let name: String
  let points: [Point]

  init(name: String, points: [Point]) {
    self.name = name
    self.points = points
  }

  init(name: String, _ histogram: Histogram<UInt64>) {
    self.name = name
    let count = Double(histogram.totalCount)
    points = histogram.percentiles(ticksPerHalfDistance: 8).map { step in
      let quantile = step.percentileLevelIteratedTo / 100
      let rarity = quantile < 1 ? min(1 / (1 - quantile), count) : count
      return Point(rarity: rarity, microseconds: Double(min(step.value, histogram.maxRecorded)) / 1000)
    }
  }

  /// The text that HDR histograms are exchanged in, `--hgrm`: value, quantile, count and 1/(1-quantile) in columns.
  init(name: String, hgrm text: String) throws(OptionError) {
    var points: [Point] = []
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let columns = line.split(separator: " ").map { Double($0) }
      guard columns.count >= 3, let value = columns[0], columns[1] != nil, let count = columns[2] else { continue }
      let rarity = columns.count > 3 ? columns[3] : count
      points.append(Point(rarity: max(rarity ?? count, 1), microseconds: value))
    }
    if points.isEmpty { throw OptionError("\(name): there is no percentile distribution in it") }
    self.init(name: name, points: points)
  }

  /// The same text, in microseconds.
  static func hgrm(_ histogram: Histogram<UInt64>) -> String {
    var text = ""
    histogram.outputPercentileDistribution(
      to: &text, outputValueUnitScalingRatio: 1000, percentileTicksPerHalfDistance: 8)
    return text
  }
}

extension LoadResult {
  /// A curve a kind of request.
  var curves: [LatencyCurve] {
    [("get", latencies.gets), ("set", latencies.sets)].filter { $0.1.totalCount > 0 }.map {
      LatencyCurve(name: $0.0, $0.1)
    }
  }
}
