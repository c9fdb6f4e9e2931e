/// Keys are written and never read, until as many have come as fill the cache two and a half times. What is then missing of
/// what came last, by age: in the worst of the newest nine tenths of a cache full.
struct FillLoad: PolicyLoad {
  let capacity: Int

  let name = "written only: worst of the newest nine age deciles"
  var capacities: [Int] { [capacity] }
  var keyCount: Int { capacity * 5 / 2 }
  let measures = [PolicyMeasure(name: "", isCompared: false)]

  func run(_ cache: any CacheModel, capacity: Int) -> [Double] {
    for key in 0..<keyCount { cache.set(key) }
    let missing = (0..<9).map { decile in
      let newest = keyCount - decile * capacity / 10
      let range = newest - capacity / 10..<newest
      return Double(range.count { !cache.holds($0) }) / Double(range.count)
    }
    return [missing.max() ?? 0]
  }
}
