/// Each key is written once and read once, a number of writes later: sessions, tokens, pages written ahead.
///
/// ```
///   set 1, set 2, … set D, set D+1, get 1, set D+2, get 2, … │ two fills of the cache pass before it counts
/// ```
///
/// Beside it there may be a popular set, a quarter of all requests, that is set when missed. And before it the cache may
/// be filled with what was asked for three times and never is again.
struct WrittenAheadLoad: PolicyLoad {
  /// Writes between a key's own and its read, as part of what memcached holds in the same memory.
  let distance: Double
  let hasPopular: Bool
  let isStaleBefore: Bool
  let capacity: Int
  let seed: UInt64

  var name: String {
    "\(isStaleBefore ? "stale, then " : "")once, after \(distance.fixed(1))\(hasPopular ? ", and popular" : "")"
  }
  var capacities: [Int] { [capacity] }
  var keyCount: Int { popularCount + (fills + 1) * capacity }

  var measures: [PolicyMeasure] {
    let names = ["", ": popular"]
    return names.prefix(hasPopular ? 2 : 1).map { PolicyMeasure(name: $0, isCompared: false) }
  }

  /// Of items of 40 + 1000 B memcached 1.6.45 holds so many for one of the store's.
  private static let memcachedShare = 0.905
  private static let warmup = 2
  private var fills: Int { isStaleBefore ? 3 : 5 }
  private var popularCount: Int { max(capacity / 12, 10) }

  /// - Parameter capacity: that of the cache, which is the one it is meant for.
  func run(_ cache: any CacheModel, capacity: Int) -> [Double] {
    let first = isStaleBefore ? fillWithStale(cache) : popularCount
    let popularity = ZipfGenerator(count: UInt32(popularCount), skew: 1)
    var random = SplitMix(seed: seed)
    var (once, popular) = (MissCounter(), MissCounter())
    let delay = Int(distance * Self.memcachedShare * Double(capacity))
    for number in 0..<fills * capacity {
      let isCounted = number >= Self.warmup * capacity
      cache.set(first + number)
      if number >= delay {
        let isHit = cache.get(first + number - delay)
        if isCounted { once.count(isHit: isHit) }
      }
      if !hasPopular || number % 3 == 2 { continue }
      let key = Int(popularity.next(&random)) - 1
      let isHit = cache.get(key)
      if !isHit { cache.set(key) }
      if isCounted { popular.count(isHit: isHit) }
    }
    return hasPopular ? [once.ratio, popular.ratio] : [once.ratio]
  }

  /// Returns the first key after those.
  private func fillWithStale(_ cache: any CacheModel) -> Int {
    let stale = popularCount..<popularCount + capacity
    for key in stale { cache.set(key) }
    for _ in 0..<3 { for key in stale { _ = cache.get(key) } }
    return stale.upperBound
  }
}
