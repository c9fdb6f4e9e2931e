// When the requests of an open loop are due, whatever became of those before.
//
//    lane 0     0           3           6            requests are dealt to the lanes (connections) in turn, one every
//    lane 1         1           4           7        `interval`; the k-th of lane l is request k * lanes + l
//    lane 2             2           5
//               start ──────────────────────────▶ time
//
// Latency counts from these times, not from when a request went out: a request that waited because its connection was
// busy has waited for the server. That is what "without coordinated omission" means: a server that stands still for a
// second is seen by all that was due in that second, not by the one request in flight.
// A plain value; time comes in as an argument.

struct Schedule: Sendable {
  let start: UInt64
  let lanes: Int
  let requestCount: UInt64
  private let interval: Double
  /// Requests that were dealt so far.
  private(set) var dealt: UInt64 = 0

  init(start: UInt64, requestsPerSecond: Double, lanes: Int, requestCount: UInt64) {
    self.start = start
    self.lanes = lanes
    self.requestCount = requestCount
    interval = 1e9 / requestsPerSecond
  }

  var end: UInt64 { time(requestCount) }
  /// After this nothing is sent that was due before and is late.
  var cutoff: UInt64 { end + 1_000_000_000 }
  var isDealt: Bool { dealt == requestCount }
  /// When the next request is due.
  var nextTime: UInt64 { time(dealt) }

  /// The lane of a request that is due and was not dealt before.
  mutating func deal(at now: UInt64) -> Int? {
    guard dealt < requestCount, time(dealt) <= now else { return nil }
    defer { dealt += 1 }
    return Int(dealt % UInt64(lanes))
  }

  /// When the request of a lane's turn was due.
  func time(lane: Int, turn: UInt64) -> UInt64 { time(turn * UInt64(lanes) + UInt64(lane)) }

  private func time(_ ordinal: UInt64) -> UInt64 { start + UInt64(Double(ordinal) * interval) }
}
