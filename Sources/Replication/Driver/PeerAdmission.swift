import Platform

/// Which hosts may try to pair: with `-x` that host and no other; without, those that the Internet does not reach, or any
/// that can prove a secret.
struct PeerAdmission: Sendable {
  let peerAddresses: [SocketAddress]
  var hasSecret = false

  func judge(_ address: SocketAddress) -> Admission {
    if peerAddresses.contains(where: { $0.isSameHost(as: address) }) { return .admitted }
    if !peerAddresses.isEmpty {
      return .refused(remedy: "only \(peerAddresses[0].host) may pair, by -x")
    }
    if hasSecret || address.isLoopback || address.isPrivate { return .admitted }
    return .refused(
      remedy: "a public address; to pair with it start with -x \(address.host), or both with -o repl_secret")
  }
}
