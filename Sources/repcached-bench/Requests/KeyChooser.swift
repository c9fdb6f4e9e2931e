/// Which key comes next: every key alike, or few of them most of the time.
enum KeyChooser: Sendable {
  case uniform(count: UInt32)
  case zipf(ZipfGenerator)

  init(count: UInt32, skew: Double) {
    self = skew > 0 ? .zipf(ZipfGenerator(count: count, skew: skew)) : .uniform(count: count)
  }

  func next(_ random: inout SplitMix) -> UInt32 {
    switch self {
    case .uniform(let count): UInt32(truncatingIfNeeded: ((random.next() >> 32) &* UInt64(count)) >> 32)
    case .zipf(let generator): generator.next(&random) &- 1
    }
  }
}
