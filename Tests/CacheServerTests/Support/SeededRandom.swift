/// SplitMix64: small, and the same everywhere for the same seed.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// Letters, different at each start.
  mutating func value(_ count: Int) -> [UInt8] {
    let block = (0..<min(count, 997)).map { _ in UInt8(ascii: "a") + UInt8(next() % 26) }
    var value: [UInt8] = []
    value.reserveCapacity(count)
    while value.count + block.count <= count, !block.isEmpty { value += block }
    return value + block.prefix(count - value.count)
  }

  /// Differs from run to run; a test prints it.
  static func freshSeed() -> UInt64 { UInt64.random(in: 1...1_000_000) }
}
