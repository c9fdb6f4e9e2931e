/// One load at one size of the cache: the part of its requests that missed, for each policy.
struct PolicyRow: Equatable {
  let load: String
  let capacity: Int
  let lru: Double
  let s3FIFO: Double
  let arc: Double
  /// The store's, with the parameters that it has and then with each of the others asked for.
  let stores: [Double]
  let isCompared: Bool

  /// Misses of the store's over those of the better of S3-FIFO and ARC, for each set of parameters.
  var overBest: [Double] { isCompared ? stores.map { $0 / min(s3FIFO, arc) - 1 } : [] }
}
