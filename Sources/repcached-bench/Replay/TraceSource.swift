/// The keys of a synthetic trace one by one: the same for every server, and for every reader of a written trace.
struct TraceSource: IteratorProtocol, Sendable {
  let shape: TraceShape
  private let chooser: KeyChooser
  private var random: SplitMix
  private var given: UInt64 = 0
  private var scanned: UInt64 = 0
  private var untilScan: UInt64

  init(_ shape: TraceShape) {
    self.shape = shape
    chooser = KeyChooser(count: shape.keyCount, skew: shape.skew)
    random = SplitMix(seed: shape.seed)
    untilScan = shape.scanEvery ?? .max
  }

  /// nil at the end.
  mutating func next() -> UInt32? {
    if given == shape.requestCount { return nil }
    defer { given += 1 }
    return untilScan == 0 ? nextOfScan() : nextOfChoice()
  }

  private mutating func nextOfChoice() -> UInt32 {
    untilScan -= 1
    let rank = UInt64(chooser.next(&random))
    guard let period = shape.shiftEvery else { return UInt32(rank) }
    let count = UInt64(shape.keyCount)
    return UInt32((rank + given / period % 3 * (count / 3)) % count)
  }

  /// In an order that has nothing to do with popularity: steps of a prime number lead to every key, where it is no
  /// divisor of the number of keys.
  private mutating func nextOfScan() -> UInt32 {
    let count = UInt64(shape.keyCount)
    let step: UInt64 = count.isMultiple(of: 2_147_483_647) ? 1 : 2_147_483_647
    let key = UInt32(scanned * (step % count) % count)
    scanned += 1
    if scanned == count {
      scanned = 0
      untilScan = shape.scanEvery ?? .max
    }
    return key
  }
}
