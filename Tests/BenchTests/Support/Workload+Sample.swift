@testable import repcached_bench

extension Workload {
  /// A small workload for tests.
  static func sample(
    keys: UInt32 = 100, keysPerGet: Int = 1, getShare: UInt64 = 1 << 32, sizes: String = "20", depth: Int = 1
  ) throws -> Workload {
    Workload(
      keys: KeyMaker(length: 16, prefix: "test:"), values: ValueMaker(sizes: try ValueSizes(sizes)), keyCount: keys,
      chooser: KeyChooser(count: keys, skew: 0), keysPerGet: keysPerGet, getShare: getShare, expiry: 0, depth: depth)
  }
}

extension LoadPlan {
  static func sample(
    _ workload: Workload, connections: Int = 4, threads: Int = 1, idle: Int = 0, reconnects: Bool = false,
    rate: Double? = nil, requests: UInt64 = 2000, fills: Bool = true
  ) -> LoadPlan {
    LoadPlan(
      workload: workload, connections: connections, threads: threads, idleConnections: idle, reconnects: reconnects,
      rate: rate, length: .requests(requests), warmup: 0, fills: fills, seed: 7, answerTimeout: 5_000_000_000)
  }
}
