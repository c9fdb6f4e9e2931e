import KeyDistribution

/// Which main a key belongs to, and who keeps it a second time: a backup, or the server that had it before.
///
/// magent's own two ways: djb(key) modulo the number of servers, and with -k its ketama; or one of the other distributions. The backups
/// have a map of their own. Servers are numbered by `BackendPool`.
package struct KeyRouter: Sendable {
  package struct Route: Sendable, BitwiseCopyable, Equatable {
    package let main: Int
    /// Nil without backups, and where a key has not moved.
    package let backup: Int?
    /// Of the key, for what else is chosen by it; 0 where nothing is.
    let hash: UInt32
    /// Whose key it is, who is ejected; below zero: nobody.
    var owner: Int32 = -1
  }

  private var mains: KeyMap
  /// Mains that are not ejected; none where all are there.
  private var living: [Int] = []
  /// The same with all of them.
  private let whole: KeyMap
  private let backups: KeyMap?
  private let firstBackup: Int
  private let needsHash: Bool
  /// Where keys are that another list had elsewhere, by place in that list.
  private let moving: Moving?

  private struct Moving: Sendable {
    let map: KeyMap
    let numbers: [Int]
    /// Of each main, the first place of the same server, which may stand in the list twice.
    let firsts: [Int]
    /// The old place comes first.
    let isJoining: Bool
  }

  /// - Parameter places: each server of the pool, and whether it is another than the first side of a main.
  init(_ settings: ProxySettings, _ move: KeyMove?, places: [(address: BackendAddress, isOther: Bool)]) {
    mains = settings.list.map
    whole = mains
    backups = settings.backups.isEmpty ? nil : KeyMap(settings.backups.map(\.server), settings.distribution)
    firstBackup = settings.mainSides
    needsHash = backups != nil || move != nil || settings.connectionsPerBackend > 1
    moving = move.map { move in
      // One that stands in both lists is one server, whatever its share of the keys.
      func first(_ address: BackendAddress) -> Int {
        places.firstIndex { !$0.isOther && $0.address.shares(with: address) } ?? 0
      }
      return Moving(
        map: move.list.map, numbers: move.list.mains.map(first), firsts: settings.mains.map(first),
        isJoining: move.stage == .joining)
    }
  }

  package init(_ settings: ProxySettings) { self.init(settings, nil, places: []) }

  /// Its keys are others' from now on, or its own again.
  package mutating func setEjected(_ main: Int, _ isEjected: Bool) {
    if mains.isDead(main) == isEjected { return }
    mains.mark(main, isDead: isEjected)
    let all = mains.servers.indices
    living = all.filter { !mains.isDead($0) }
    if living.count == all.count { living = [] }
  }

  package func route(_ key: Span<UInt8>) -> Route {
    if !living.isEmpty { return routeAround(key) }
    let main = mains.server(for: key) ?? 0
    if !needsHash { return Route(main: main, backup: nil, hash: 0) }
    let hash = KeyHash.fnv1ax32(key)
    if let moving { return route(key, moving, main, hash) }
    let backup = backups.map { firstBackup &+ ($0.server(for: key) ?? 0) }
    return Route(main: main, backup: backup, hash: hash)
  }

  /// Some mains are ejected. Where the distribution has no rule for that, each of their keys goes to one of the others by a hash of its
  /// own, and nobody else's keys move.
  @inline(never)
  private func routeAround(_ key: Span<UInt8>) -> Route {
    let hash = KeyHash.fnv1ax32(key)
    let main = mains.server(for: key) ?? living[Int(hash) % living.count]
    let owner = whole.server(for: key) ?? main
    var route = Route(main: main, backup: nil, hash: needsHash ? hash : 0)
    if mains.isDead(owner) { route.owner = Int32(truncatingIfNeeded: owner) }
    return route
  }

  @inline(never)
  private func route(_ key: Span<UInt8>, _ moving: Moving, _ main: Int, _ hash: UInt32) -> Route {
    guard let place = moving.map.server(for: key) else { return Route(main: main, backup: nil, hash: hash) }
    let old = moving.numbers[place]
    if old == moving.firsts[main] { return Route(main: main, backup: nil, hash: hash) }
    return moving.isJoining
      ? Route(main: old, backup: main, hash: hash) : Route(main: main, backup: old, hash: hash)
  }
}
