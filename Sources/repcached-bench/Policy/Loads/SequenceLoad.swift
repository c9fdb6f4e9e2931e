/// A cache-aside client over a sequence of keys: it gets, and sets what it missed. The first quarter is warm-up.
final class SequenceLoad: PolicyLoad {
  let name: String
  let keyCount: Int
  let capacities: [Int]
  private let make: () -> [Int32]
  private lazy var keys = make()

  /// - Parameter make: the sequence; called when it is needed.
  init(_ name: String, keyCount: Int, capacities: [Int], make: @escaping () -> [Int32]) {
    self.name = name
    self.keyCount = keyCount
    self.capacities = capacities
    self.make = make
  }

  /// A recorded trace, whose objects may have any numbers.
  ///
  /// - Parameter capacities: nil: 1, 5, 15 and 30 % of its objects.
  convenience init(_ name: String, trace: [UInt32], capacities: [Int]?) {
    var numbers: [UInt32: Int32] = [:]
    var keys: [Int32] = []
    keys.reserveCapacity(trace.count)
    for object in trace {
      let number = numbers[object] ?? Int32(numbers.count)
      numbers[object] = number
      keys.append(number)
    }
    let count = numbers.count
    self.init(name, keyCount: count, capacities: capacities ?? [1, 5, 15, 30].map { max(count * $0 / 100, 1) }) { keys }
  }

  var measures: [PolicyMeasure] { [PolicyMeasure(name: "", isCompared: true)] }

  func run(_ cache: any CacheModel, capacity: Int) -> [Double] {
    var counter = MissCounter()
    for (number, key) in keys.enumerated() {
      let isHit = cache.get(Int(key))
      if !isHit { cache.set(Int(key)) }
      if number >= keys.count / 4 { counter.count(isHit: isHit) }
    }
    return [counter.ratio]
  }
}
