/// What a random run does to one of the two daemons, until it goes on or is there again.
enum ProcessFault: CaseIterable {
  case none, freezeA, freezeB, killA, killB

  /// - Parameters:
  ///   - freeze: stops a daemon for a while.
  ///   - kill: ends one, as `kill -9` does.
  func begin(
    on pair: Pair, freeze: (Daemon) throws -> Void, kill: (Daemon, ChaosSide) throws -> Void
  ) rethrows {
    switch self {
    case .none: break
    case .freezeA: try freeze(pair.a)
    case .freezeB: try freeze(pair.b)
    case .killA: try kill(pair.a, .a)
    case .killB: try kill(pair.b, .b)
    }
  }

  func end(on pair: Pair) throws {
    switch self {
    case .none: break
    case .freezeA: pair.a.thaw()
    case .freezeB: pair.b.thaw()
    // A daemon that comes back empty is filled before it lets clients in; killing the other meanwhile would lose it all.
    case .killA:
      try pair.restartA(connecting: true)
      try pair.a.mustStream()
    case .killB:
      try pair.restartB(connecting: true)
      try pair.b.mustStream()
    }
  }
}
