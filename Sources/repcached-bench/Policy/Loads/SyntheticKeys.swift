import Glibc

/// Sequences of keys that caches meet: each tells a policy something that others do not.
struct SyntheticKeys {
  private var random: SplitMix
  private var keys: [Int32] = []

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  static func make(seed: UInt64, _ fill: (inout SyntheticKeys) -> Void) -> [Int32] {
    var source = SyntheticKeys(seed: seed)
    fill(&source)
    return source.keys
  }

  var count: Int { keys.count }

  mutating func unit() -> Double { random.unit() }

  mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

  mutating func append(_ key: Int) { keys.append(Int32(key)) }

  // MARK: What they are made of

  /// Keys drawn from ranks that are popular by Zipf's law, from `first` on.
  mutating func zipf(_ generator: ZipfGenerator, first: Int = 0, requests: Int) {
    for _ in 0..<requests { append(first + Int(generator.next(&random)) - 1) }
  }

  mutating func draw(_ generator: ZipfGenerator) -> Int { Int(generator.next(&random)) - 1 }

  /// Each of so many keys once, in an order that has nothing to do with popularity.
  mutating func scan(_ keyCount: Int) {
    for number in 0..<keyCount { append(number * 48_271 % keyCount) }
  }

  // MARK: Whole sequences

  /// Popularity that moves on by a third of the keys, every so many requests.
  mutating func shifts(_ generator: ZipfGenerator, keyCount: Int, every: Int, times: Int) {
    for turn in 0..<times {
      for _ in 0..<every { append((draw(generator) + turn % 3 * (keyCount / 3)) % keyCount) }
    }
  }

  /// Seven of ten requests are for what came some requests ago, how many is log-uniform; the others are new.
  mutating func recency(requests: Int) {
    var next = 0
    for _ in 0..<requests {
      if count > 10, unit() < 0.7 {
        let distance = Int(pow(Double(min(count, 200_000)), unit()))
        append(Int(keys[max(count - distance, 0)]))
      } else {
        append(next)
        next += 1
      }
    }
  }

  /// Files that are read from end to end, some often, between requests for a small popular set.
  mutating func files(_ generator: ZipfGenerator, requests: Int) {
    while count < requests {
      if below(4) > 0 {
        zipf(generator, requests: 500)
        continue
      }
      let file = Int(unit() * unit() * 20)
      for block in 0..<200 * (file + 1) { append(10_000 + file * 5_000 + block) }
    }
  }

  /// Runs over a disk, of a twentieth to a half of the cache's size or more, mixed with a popular set.
  mutating func blocks(_ generator: ZipfGenerator, requests: Int) {
    while count < requests {
      if unit() < 0.5 {
        zipf(generator, requests: 1_000)
        continue
      }
      let (length, start) = (400 + Int(unit() * 6_000), 2_000 + Int(unit() * unit() * 50_000))
      for block in start..<start + length {
        append(block)
        if unit() < 0.2 { append(draw(generator)) }
      }
    }
  }

  /// Every second key comes twice at once; no key comes later.
  mutating func twiceAtOnce(requests: Int) {
    var next = 0
    while count < requests {
      append(next)
      if unit() < 0.5 { append(next) }
      next += 1
    }
  }

  /// The same, beside as many requests for keys that are all alike popular, below `popular`.
  mutating func twiceAtOnce(besidePopular popular: Int, requests: Int) {
    var next = popular
    while count < requests {
      for _ in 0..<(unit() < 0.5 ? 2 : 1) { append(next) }
      append(below(popular))
      next += 1
    }
  }

  /// What is new is popular, and less so as it ages: age is log-uniform, a new key comes with every fifth request.
  mutating func news(requests: Int) {
    for number in 0..<requests {
      let age = Int(exp(unit() * 11)) - 1
      append(max(number / 5 - age * (1 + below(3)), 0))
    }
  }

  /// Two of five requests go round and round over more keys than fit, the others are for a popular set.
  mutating func bigLoop(_ generator: ZipfGenerator, requests: Int) {
    var place = 0
    for _ in 0..<requests {
      if unit() >= 0.4 {
        append(draw(generator))
        continue
      }
      append(30_000 + place)
      place = (place + 1) % 20_000
    }
  }

  /// A program's objects: small working sets that last a while, and some that are popular everywhere.
  mutating func phases(_ generator: ZipfGenerator, keyCount: Int, requests: Int) {
    while count < requests {
      let size = 50 + Int(unit() * unit() * 3_000)
      let base = below(keyCount - size)
      let own = ZipfGenerator(count: UInt32(size), skew: 0.6)
      for _ in 0..<size * 4 {
        append(unit() < 0.3 ? draw(generator) * 48_271 % keyCount : base + draw(own))
      }
    }
  }
}
