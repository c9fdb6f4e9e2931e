import TestSupport

/// For the files of this target that draw at random.
typealias SeededRandom = TestSupport.SeededRandom

extension SeededRandom {
  /// Letters, different at each start.
  mutating func value(_ count: Int) -> [UInt8] {
    let block = (0..<min(count, 997)).map { _ in UInt8(ascii: "a") + UInt8(next() % 26) }
    var value: [UInt8] = []
    value.reserveCapacity(count)
    while value.count + block.count <= count, !block.isEmpty { value += block }
    return value + block.prefix(count - value.count)
  }
}
