/// Waiting times that double from the minDelay to the maxDelay, each shortened at random by up to a half so that two
/// daemons do not meet at the same moment again and again.
struct Backoff: Sendable {
  let minDelay: Duration
  let maxDelay: Duration
  private var random: SplitMix64
  private var current: Duration

  init(minDelay: Duration, maxDelay: Duration, seed: UInt64) {
    self.minDelay = minDelay
    self.maxDelay = maxDelay
    random = SplitMix64(seed: seed)
    current = minDelay
  }

  mutating func next() -> Duration {
    let jittered = current * Double.random(in: 0.5...1, using: &random)
    current = min(current * 2, maxDelay)
    return max(jittered, minDelay)
  }

  mutating func reset() { current = minDelay }
  /// Nothing will change soon.
  mutating func useMaxDelay() { current = maxDelay }
}

/// Small seeded random numbers: for the jitter of the link machine, so that a test with the same seed sees the same.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
