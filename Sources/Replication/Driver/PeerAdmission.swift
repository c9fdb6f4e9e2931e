import Platform

/// Which hosts may try to pair. With a secret any, for the secret admits; without one that of `-x` and no other, or
/// without `-x` those that the Internet does not reach.
struct PeerAdmission: Sendable {
  private let peerHost: String?
  /// Those of `-x`, as they were found last.
  var peerAddresses: [SocketAddress] = []
  private let hasSecret: Bool

  init(_ peer: PeerPlace?, hasSecret: Bool = false) {
    peerHost = peer?.host
    if case .address(let address) = peer { peerAddresses = [address] }
    self.hasSecret = hasSecret
  }

  func judge(_ address: SocketAddress) -> Admission {
    if hasSecret || peerAddresses.contains(where: { $0.isSameHost(as: address) }) { return .admitted }
    if let peerHost { return .refused(remedy: "only \(peerHost) may pair, by -x") }
    if address.isLoopback || address.isPrivate { return .admitted }
    return .refused(
      remedy: "a public address; to pair with it start with -x \(address.host), or both with -o repl_secret")
  }
}

/// Whether a host may try to pair, judged by its address before it has said a word.
package enum Admission: Sendable, Equatable {
  case admitted
  /// With the words that tell the owner what to do if this was his peer.
  case refused(remedy: String)
}
