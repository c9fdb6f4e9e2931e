extension LoadResult {
  /// A curve a kind of request.
  var curves: [LatencyCurve] {
    [("get", latencies.gets), ("set", latencies.sets)].filter { $0.1.totalCount > 0 }.map {
      LatencyCurve(name: $0.0, $0.1)
    }
  }
}
