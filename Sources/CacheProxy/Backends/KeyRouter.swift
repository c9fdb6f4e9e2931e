import KeyDistribution

/// Which main a key belongs to, and which backup keeps it a second time.
///
/// magent's own two ways: djb(key) modulo the number of servers, and with -k its ketama. The backups have a modulus and a ring of
/// their own. Backends are numbered: mains, the second sides of those that are pairs, backups.
package struct KeyRouter: Sendable {
  package struct Route: Sendable, BitwiseCopyable, Equatable {
    package let main: Int
    /// Nil without backups.
    package let backup: Int?
    /// Of the key, for what else is chosen by it; 0 where nothing is.
    let hash: UInt32
  }

  private let mains: KeyMap
  private let backups: KeyMap?
  private let firstBackup: Int
  private let needsHash: Bool

  package init(_ settings: ProxySettings) {
    mains = KeyMap(settings.mains.map(\.server), settings.distribution)
    backups = settings.backups.isEmpty ? nil : KeyMap(settings.backups.map(\.server), settings.distribution)
    firstBackup = settings.mainSides
    needsHash = backups != nil || settings.connectionsPerBackend > 1
  }

  package func route(_ key: Span<UInt8>) -> Route {
    let main = mains.server(for: key) ?? 0
    if !needsHash { return Route(main: main, backup: nil, hash: 0) }
    let backup = backups.map { firstBackup &+ ($0.server(for: key) ?? 0) }
    return Route(main: main, backup: backup, hash: KeyHash.fnv1ax32(key))
  }
}

extension BackendAddress {
  fileprivate var server: Server { Server(host: first.host, port: first.port) }
}
