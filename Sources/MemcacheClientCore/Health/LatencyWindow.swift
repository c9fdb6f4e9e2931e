/// How long a server took for its last answers: from what delay on an answer is late.
///
/// The last 128 are kept; a percentile is computed anew when a quarter of them is new, so an answer costs a store. Before there
/// are 16 the delay is the one given.
package struct LatencyWindow: Sendable {
  private static let capacity = 128
  private static let least = 16

  private let percentile: Double
  private let fallback: Duration
  private var samples: [Duration] = []
  private var next = 0
  private var new = 0
  private var computed: Duration?

  /// - Parameter percentile: between 0 and 1.
  package init(percentile: Double, fallback: Duration) {
    self.percentile = min(max(percentile, 0), 1)
    self.fallback = fallback
  }

  package mutating func add(_ latency: Duration) {
    if samples.count < LatencyWindow.capacity { samples.append(latency) } else { samples[next] = latency }
    next = (next + 1) % LatencyWindow.capacity
    new += 1
    guard samples.count >= LatencyWindow.least, computed == nil || new >= LatencyWindow.capacity / 4 else { return }
    new = 0
    computed = samples.sorted()[Int(percentile * Double(samples.count - 1))]
  }

  /// An answer that takes longer than this is late.
  package var delay: Duration { computed ?? fallback }
}
