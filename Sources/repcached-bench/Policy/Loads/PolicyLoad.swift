/// A load for models: what is asked of a cache, and what is counted of it.
protocol PolicyLoad {
  var name: String { get }
  /// Keys are numbered below it.
  var keyCount: Int { get }
  /// Sizes of the cache for which it is meant.
  var capacities: [Int] { get }
  /// What the models are compared by, each a part of requests from 0 to 1.
  var measures: [PolicyMeasure] { get }
  /// One number for each of `measures`.
  func run(_ cache: any CacheModel, capacity: Int) -> [Double]
}

struct PolicyMeasure: Equatable {
  let name: String
  /// Whether it is compared with that of the better of S3-FIFO and ARC. Where they have none, or all, it is not.
  let isCompared: Bool
}

/// A part of requests.
struct MissCounter {
  private var requests = 0
  private var misses = 0

  mutating func count(isHit: Bool) {
    requests += 1
    misses += isHit ? 0 : 1
  }

  var ratio: Double { requests == 0 ? 0 : Double(misses) / Double(requests) }
}
