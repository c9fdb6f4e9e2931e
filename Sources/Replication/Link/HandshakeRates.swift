/// How often each host may begin a handshake. Bounded: of many hosts those that have been quiet longest are forgotten.
struct HandshakeRates: Sendable {
  private static let maxHosts = 64
  private let perSecond: Int
  private var hosts: [String: (rate: RateLimit, usedAt: Duration)] = [:]

  init(perSecond: Int) { self.perSecond = perSecond }

  mutating func take(_ host: String, now: Duration) -> Bool {
    var rate = hosts[host]?.rate ?? RateLimit(perSecond: perSecond, burst: perSecond * 2)
    let isFree = rate.take(now: now)
    if hosts[host] == nil, hosts.count >= Self.maxHosts,
      let quietest = hosts.min(by: { $0.value.usedAt < $1.value.usedAt })
    {
      hosts[quietest.key] = nil
    }
    hosts[host] = (rate, now)
    return isFree
  }
}
