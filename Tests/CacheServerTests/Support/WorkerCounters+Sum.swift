@testable import CacheServer

extension WorkerCounters {
  func sum(_ counter: ClassCounter) -> UInt64 {
    (0...classCount).reduce(0) { $0 &+ self[counter, $1] }
  }
}
