@testable import repcached_bench

extension CacheModel {
  func held(_ keys: Range<Int>) -> [Int] { keys.filter(holds) }
  func set(_ keys: Range<Int>) { for key in keys { set(key) } }
}
