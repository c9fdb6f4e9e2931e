/// The loads by which the policy and its numbers are chosen: none of them is a real trace.
enum SyntheticLoads {
  static func all(seed: UInt64) -> [any PolicyLoad] {
    popularity(seed) + reuse(seed) + working(seed) + writtenAhead(seed)
  }

  private static let keyCount = 100_000
  /// With the memory in which memcached holds 1, 10 or 30 % of the keys, the store holds so many.
  private static let shares = [1_500, 13_000, 40_000]

  private static func load(
    _ name: String, _ number: UInt64, _ seed: UInt64, keyCount: Int = keyCount, _ capacities: [Int],
    _ fill: @escaping (inout SyntheticKeys) -> Void
  ) -> any PolicyLoad {
    SequenceLoad(name, keyCount: keyCount, capacities: capacities) {
      SyntheticKeys.make(seed: SplitMix.mixed(seed) ^ number, fill)
    }
  }

  private static func generator(_ count: Int, _ skew: Double) -> ZipfGenerator {
    ZipfGenerator(count: UInt32(count), skew: skew)
  }

  /// The kinds of `make hit-ratio`.
  private static func popularity(_ seed: UInt64) -> [any PolicyLoad] {
    let zipf = [0.6, 0.8, 1.0, 1.2].enumerated().map { number, skew in
      load("Zipf \(skew)", UInt64(number), seed, shares) {
        $0.zipf(generator(keyCount, skew), requests: 500_000)
      }
    }
    let scans = load("Zipf 1.0 and scans", 4, seed, shares) {
      for _ in 0..<3 {
        $0.zipf(generator(keyCount, 1), requests: 200_000)
        $0.scan(keyCount)
      }
    }
    let shifts = load("popularity shifts", 5, seed, shares) {
      $0.shifts(generator(keyCount, 1), keyCount: keyCount, every: 200_000, times: 4)
    }
    return zipf + [scans, shifts]
  }

  /// When a key comes back.
  private static func reuse(_ seed: UInt64) -> [any PolicyLoad] {
    [
      load("recency", 6, seed, keyCount: 300_000, [1_000, 10_000, 30_000]) { $0.recency(requests: 700_000) },
      load("news", 7, seed, keyCount: 200_000, [1_000, 5_000, 20_000]) { $0.news(requests: 800_000) },
      load("twice at once", 8, seed, keyCount: 450_000, [2_500, 25_000]) { $0.twiceAtOnce(requests: 600_000) },
      load("twice at once, and popular", 14, seed, keyCount: 450_000, [500, 2_000, 5_000, 15_000]) {
        $0.twiceAtOnce(besidePopular: 4_000, requests: 600_000)
      },
    ]
  }

  /// What is read over and over, as wholes.
  private static func working(_ seed: UInt64) -> [any PolicyLoad] {
    [
      load("files", 9, seed, keyCount: 120_000, [1_500, 5_000, 15_000]) {
        $0.files(generator(8_000, 0.9), requests: 600_000)
      },
      load("blocks", 10, seed, keyCount: 60_000, [1_500, 5_000, 15_000]) {
        $0.blocks(generator(2_000, 0.8), requests: 300_000)
      },
      load("big loop", 11, seed, keyCount: 60_000, [4_000, 12_000, 24_000]) {
        $0.bigLoop(generator(30_000, 0.8), requests: 800_000)
      },
      load("nightly scan", 12, seed, keyCount: 60_000, [6_000, 14_000, 24_000]) {
        for _ in 0..<12 {
          $0.zipf(generator(20_000, 0.7), requests: 20_000)
          for key in 20_000..<48_000 { $0.append(key) }
        }
      },
      load("phases", 13, seed, keyCount: 60_000, [600, 2_000, 6_000, 18_000]) {
        $0.phases(generator(60_000, 1), keyCount: 60_000, requests: 1_000_000)
      },
    ]
  }

  private static func writtenAhead(_ seed: UInt64) -> [any PolicyLoad] {
    let capacity = 20_000
    func load(_ distance: Double, popular: Bool = false, stale: Bool = false) -> any PolicyLoad {
      WrittenAheadLoad(
        distance: distance, hasPopular: popular, isStaleBefore: stale, capacity: capacity, seed: SplitMix.mixed(seed))
    }
    let distances = [0.1, 0.3, 0.5, 0.7, 0.9]
    let fresh = distances.map { load($0) } + distances.map { load($0, popular: true) }
    let stale = [0.3, 0.5, 0.7].map { load($0, stale: true) } + [load(0.5, popular: true, stale: true)]
    return fresh + stale + [FillLoad(capacity: capacity)]
  }
}
