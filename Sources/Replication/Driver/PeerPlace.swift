import Platform

/// Where the peer is, as `-x` and `-X` say.
package enum PeerPlace: Sendable, Equatable, CustomStringConvertible {
  case address(SocketAddress)
  /// Looked up at each dial: a host may come back under another address.
  case name(String, port: UInt16)

  package init(host: String, port: UInt16) {
    self = SocketAddress.numeric(host: host, port: port).map { .address($0) } ?? .name(host, port: port)
  }

  var host: String {
    switch self {
    case .address(let address): address.host
    case .name(let name, _): name
    }
  }

  /// "10.0.0.2:11212", "[fe80::1]:11212", "host-a:11212"
  package var description: String {
    switch self {
    case .address(let address): address.description
    case .name(let name, let port): "\(name):\(port)"
    }
  }
}
