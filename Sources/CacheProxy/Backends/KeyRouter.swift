/// Which main a key belongs to, and which backup keeps it a second time.
///
/// magent's own two ways: djb(key) modulo the number of servers, and with -k its ketama. The backups have a modulus and a ring of
/// their own. Backends are numbered: mains first, backups behind them.
package struct KeyRouter: Sendable {
  package struct Route: Sendable, BitwiseCopyable, Equatable {
    package let main: Int
    /// Nil without backups.
    package let backup: Int?
    /// Of the key, for what else is chosen by it.
    let hash: UInt32
  }

  private let mainCount: Int
  private let backupCount: Int

  package init(_ settings: ProxySettings) {
    mainCount = settings.mains.count
    backupCount = settings.backups.count
  }

  package func route(_ key: Span<UInt8>) -> Route {
    let hash = Self.djb(key)
    return Route(
      main: Int(hash) % mainCount, backup: backupCount == 0 ? nil : mainCount + Int(hash) % backupCount, hash: hash)
  }

  /// As magent has it: bytes are signed, and the sign of the result is cut off.
  static func djb(_ key: Span<UInt8>) -> UInt32 {
    var hash: UInt32 = 5381
    for index in key.indices { hash = hash &* 33 &+ UInt32(bitPattern: Int32(Int8(bitPattern: key[index]))) }
    return hash & 0x7fff_ffff
  }
}
