import KeyDistribution

/// What becomes of the keys of a dead server.
package enum DeadServerPolicy: Hashable, Sendable {
  /// They go to the next server of the distribution.
  case next
  /// The same, but of all servers at most so many are left out at a time: where more are dead, it is the network.
  case eject(atMost: Int)
  /// They fail at once.
  case fail
}

/// The servers of one distribution, and which of them are dead: from a key to the server to ask now.
package struct ServerPool: Sendable {
  private var map: KeyMap
  private var health: [ServerHealth]
  private let policy: DeadServerPolicy

  package init(
    _ servers: [Server], _ distribution: Distribution, _ limits: ServerHealth.Limits, _ policy: DeadServerPolicy
  ) {
    map = KeyMap(servers, distribution)
    health = servers.map { _ in ServerHealth(limits) }
    self.policy = policy
  }

  /// Nil: nobody lives who could be asked for this key.
  package func server(for key: Span<UInt8>) -> Int? {
    guard let server = map.server(for: key) else { return nil }
    return health[server].isDead ? nil : server
  }

  package func isDead(_ server: Int) -> Bool { health[server].isDead }

  /// - Returns: whether the server is dead since now.
  package mutating func failed(_ server: Int, _ now: Duration) -> Bool {
    guard health[server].failed(now) else { return false }
    let left = health.indices.filter { map.isDead($0) }.count
    switch policy {
    case .next: map.mark(server, isDead: true)
    case .eject(let limit): if left < limit { map.mark(server, isDead: true) }
    case .fail: break
    }
    return true
  }

  /// - Returns: whether the server was dead until now.
  package mutating func succeeded(_ server: Int) -> Bool {
    map.mark(server, isDead: false)
    return health[server].succeeded()
  }
}
