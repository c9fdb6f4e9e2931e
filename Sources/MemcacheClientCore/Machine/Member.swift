/// A server, or a pair in its place.
struct Member {
  let isPair: Bool
  /// Its connections, by side.
  let links: [[Int]]
  var choice: PairChoice
  var latency: [LatencyWindow]
  /// Requests that wait until it can be asked, or is dead.
  var parked: [UInt64] = []
  var parkedBytes = 0
  /// Attempts of each side that failed since nobody could be asked.
  var refusals = [0, 0]
  /// Until then a miss is asked for on both sides.
  var crossesUntil = Duration.zero

  mutating func takeParked() -> [UInt64] {
    defer {
      parked = []
      parkedBytes = 0
    }
    return parked
  }

  /// Each of its sides has been tried, and none is there.
  var isExhausted: Bool { links.indices.allSatisfy { refusals[$0] > 0 } }
}
