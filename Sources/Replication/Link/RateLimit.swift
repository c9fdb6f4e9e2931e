/// A bucket of tokens that fills by `perSecond` up to `burst`; who finds it empty is turned away.
struct RateLimit: Sendable {
  let perSecond: Int
  let burst: Int
  private var tokens: Double
  private var filledAt = Duration.zero

  init(perSecond: Int, burst: Int) {
    self.perSecond = perSecond
    self.burst = burst
    tokens = Double(burst)
  }

  mutating func take(now: Duration) -> Bool {
    let passed = max((now - filledAt) / .seconds(1), 0)
    tokens = min(tokens + passed * Double(perSecond), Double(burst))
    filledAt = now
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}
