/// What all workers have counted, at one moment.
///
/// Workers count while it is read, without a word to each other, so numbers that are read one after another do not go together
/// by themselves. Monitors subtract them: the prometheus exporter's `set` is `cmd_set` less what `cas` counts. Each `cas` counts
/// there too, in its slab class, so what is told of `cmd_set` is never less, in each class and over all.
struct CounterSnapshot {
  let context: ServerContext
  private let fixed: [UInt64]
  /// By class, then by counter.
  private let classes: [[UInt64]]
  private let storageCommands: UInt64

  init(_ context: ServerContext, _ workers: [WorkerCounters]) {
    self.context = context
    let fixed = WorkerCounter.allCases.map { counter in workers.reduce(0) { $0 &+ $1[counter] } }
    let count = workers.map(\.classCount).max().map { $0 + 1 } ?? 0
    let classes = (0..<count).map { Self.slabClass($0, workers) }
    let sum = { (counter: ClassCounter) in classes.reduce(0) { $0 &+ $1[counter.rawValue] } }
    storageCommands = max(sum(.cmdSet), sum(.casHits) &+ sum(.casBadval) &+ fixed[WorkerCounter.casMisses.rawValue])
    (self.fixed, self.classes) = (fixed, classes)
  }

  private static func slabClass(_ slabClass: Int, _ workers: [WorkerCounters]) -> [UInt64] {
    var counts = ClassCounter.allCases.map { counter in
      workers.reduce(0) { slabClass <= $1.classCount ? $0 &+ $1[counter, slabClass] : $0 }
    }
    let cas = counts[ClassCounter.casHits.rawValue] &+ counts[ClassCounter.casBadval.rawValue]
    counts[ClassCounter.cmdSet.rawValue] = max(counts[ClassCounter.cmdSet.rawValue], cas)
    return counts
  }

  func sum(_ counter: WorkerCounter) -> UInt64 { fixed[counter.rawValue] }

  func sum(_ counter: ClassCounter) -> UInt64 {
    counter == .cmdSet ? storageCommands : classes.reduce(0) { $0 &+ $1[counter.rawValue] }
  }

  func sum(_ counter: ClassCounter, _ slabClass: Int) -> UInt64 {
    classes.indices.contains(slabClass) ? classes[slabClass][counter.rawValue] : 0
  }
}
