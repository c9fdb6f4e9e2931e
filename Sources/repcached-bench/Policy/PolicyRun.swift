/// Runs every load through every model, at every size of the cache.
struct PolicyRun {
  let loads: [any PolicyLoad]
  /// Of the store's model: a column each.
  let parameters: [PolicyParameters]

  /// - Parameter show: is called with each row when it is there.
  func run(_ show: (PolicyRow) -> Void) {
    for load in loads {
      for capacity in load.capacities { for row in rows(load, capacity) { show(row) } }
    }
  }

  private func rows(_ load: any PolicyLoad, _ capacity: Int) -> [PolicyRow] {
    let keyCount = load.keyCount
    let lru = load.run(LRUModel(capacity: capacity, keyCount: keyCount), capacity: capacity)
    let s3FIFO = load.run(S3FIFOModel(capacity: capacity, keyCount: keyCount), capacity: capacity)
    let arc = load.run(ARCModel(capacity: capacity, keyCount: keyCount), capacity: capacity)
    let stores = parameters.map {
      load.run(StoreModel($0, capacity: capacity, keyCount: keyCount), capacity: capacity)
    }
    return load.measures.enumerated().map { number, measure in
      PolicyRow(
        load: load.name + measure.name, capacity: capacity, lru: lru[number], s3FIFO: s3FIFO[number],
        arc: arc[number], stores: stores.map { $0[number] }, isCompared: measure.isCompared)
    }
  }
}

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
