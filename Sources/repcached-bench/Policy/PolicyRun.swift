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
