import Platform

/// How long an attempt to log in waits, by what came from its address before.
///
/// ```
///   attempts that failed, and those that wait:   0    1      2      3      4      5      6 and more
///   the next one waits:                          0    0.1 s  0.2 s  0.4 s  0.8 s  1.6 s  2 s      then it is looked at
///   after each four seconds one is forgotten
/// ```
///
/// An attempt waits before it is looked at, right or wrong, so that nobody learns sooner by not waiting for the answer. It is
/// counted when it begins to wait, so that a thousand at once are slowed as well; what was right is not counted. Nobody is
/// locked out: whoever shares an address with an attacker waits two seconds at most.
///
/// Bounded: of many addresses the one that has been quiet longest is forgotten. Time is handed in.
struct LoginThrottle: Sendable {
  private struct Entry {
    var count: Int
    var since: UInt64
  }

  static let maxAddresses = 4096
  static let maxCount = 12
  /// Nanoseconds, as all times here.
  static let maxDelay: UInt64 = 2_000_000_000
  private static let firstDelay: UInt64 = 100_000_000
  private static let forgetting: UInt64 = 4_000_000_000

  private var entries: [LoginOrigin: Entry] = [:]

  /// How long the next attempt from there waits.
  func delay(_ origin: LoginOrigin, now: UInt64) -> UInt64 {
    let count = entry(origin, now)?.count ?? 0
    return count == 0 ? 0 : min(Self.firstDelay << UInt64(count - 1), Self.maxDelay)
  }

  /// One more. Whether it is the first that is remembered of its address.
  @discardableResult
  mutating func add(_ origin: LoginOrigin, now: UInt64) -> Bool {
    var entry = entry(origin, now) ?? Entry(count: 0, since: now)
    let isFirst = entry.count == 0
    entry.count = min(entry.count + 1, Self.maxCount)
    makeRoom(for: origin)
    entries[origin] = entry
    return isFirst
  }

  /// One that was counted was right.
  mutating func forgive(_ origin: LoginOrigin, now: UInt64) {
    guard var entry = entry(origin, now) else { return }
    entry.count -= 1
    entries[origin] = entry.count > 0 ? entry : nil
  }

  /// What is remembered of an address by now.
  private func entry(_ origin: LoginOrigin, _ now: UInt64) -> Entry? {
    guard var entry = entries[origin] else { return nil }
    let forgotten = (now - min(entry.since, now)) / Self.forgetting
    guard forgotten < UInt64(entry.count) else { return nil }
    entry.count -= Int(forgotten)
    entry.since += forgotten * Self.forgetting
    return entry
  }

  private mutating func makeRoom(for origin: LoginOrigin) {
    guard entries[origin] == nil, entries.count >= Self.maxAddresses,
      let quietest = entries.min(by: { $0.value.since < $1.value.since })
    else { return }
    entries[quietest.key] = nil
  }
}

/// Where logins come from, as far as they are slowed together: a host, of IPv6 its network, for a host there has any number of
/// addresses; or this host by the unix socket. Whoever guesses at the page slows no client of the cache, and the other way round.
package enum LoginOrigin: Hashable, Sendable {
  case v4(UInt32)
  case v6(network: UInt64)
  case local
  indirect case page(LoginOrigin)

  /// - Parameter address: of the client; nil: it has gone.
  package init(_ address: SocketAddress?) {
    switch address {
    case .v4(let host, _): self = .v4(host.bits)
    case .v6(let host, _): self = .v6(network: host.high)
    case .unix, nil: self = .local
    }
  }
}
