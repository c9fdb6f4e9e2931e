import Platform

/// Which of a name's addresses is dialled next. Each has its turn before any has another one, whatever order the
/// resolver gives them in: the first may be a host that is gone and never answers, or this host itself.
struct DialOrder {
  /// What is remaining of the dial under way.
  private var remaining: ArraySlice<SocketAddress> = []
  private var addresses: [SocketAddress] = []
  /// Dialled, to whatever end, since all were.
  private var tried: [SocketAddress] = []

  /// More addresses than a host has, or anyone waits for.
  private static let maxAddresses = 16

  /// A dial begins.
  mutating func begin(_ found: [SocketAddress]) {
    addresses = Array(found.prefix(Self.maxAddresses))
    tried.removeAll { !addresses.contains($0) }
    if tried.count == addresses.count { tried = [] }
    remaining = (addresses.filter { !tried.contains($0) } + tried)[...]
  }

  mutating func next() -> SocketAddress? { remaining.popFirst() }

  mutating func end() { remaining = [] }

  mutating func noteTried(_ address: SocketAddress) {
    if addresses.contains(address), !tried.contains(address) { tried.append(address) }
  }

  /// Some have not had their turn.
  var hasUntried: Bool { tried.count < addresses.count }

  /// How long one address may keep the next waiting, so that all are dialled within `limit`.
  func pause(within limit: Duration) -> Duration {
    min(.milliseconds(250), limit / (addresses.count + 1))
  }
}
