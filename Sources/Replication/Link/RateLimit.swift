/// A bucket of tokens that fills by `perSecond` up to `most`; who finds it empty is turned away.
struct RateLimit: Sendable {
  let perSecond: Int
  let most: Int
  private var tokens: Double
  private var filledAt = Duration.zero

  init(perSecond: Int, most: Int) {
    self.perSecond = perSecond
    self.most = most
    tokens = Double(most)
  }

  mutating func take(now: Duration) -> Bool {
    let passed = max((now - filledAt) / .seconds(1), 0)
    tokens = min(tokens + passed * Double(perSecond), Double(most))
    filledAt = now
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}
