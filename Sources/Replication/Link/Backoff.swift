/// Waiting times that double from the shortest to the longest, each shortened at random by up to a half so that two
/// daemons do not meet at the same moment again and again.
struct Backoff: Sendable {
  let shortest: Duration
  let longest: Duration
  private var random: SplitMix64
  private var current: Duration

  init(shortest: Duration, longest: Duration, seed: UInt64) {
    self.shortest = shortest
    self.longest = longest
    random = SplitMix64(seed: seed)
    current = shortest
  }

  mutating func next() -> Duration {
    let jittered = current * Double.random(in: 0.5...1, using: &random)
    current = min(current * 2, longest)
    return max(jittered, shortest)
  }

  mutating func reset() { current = shortest }
  /// Nothing will change soon.
  mutating func slowest() { current = longest }
}
