import Glibc

// Where a socket is: an IPv4 or IPv6 address with a port, or a path.
//
// Invariants. An IPv4 address that came dressed as IPv6 (::ffff:1.2.3.4) is an IPv4 address here, so that equality and
// every question about it have one answer. Numbers are in the host's order; the network's order exists only at the
// door (SocketAddress+Kernel.swift).

package enum SocketAddress: Sendable, Hashable {
  case v4(IPv4, port: UInt16)
  case v6(IPv6, port: UInt16)
  case unix(path: String)

  package static func any4(port: UInt16) -> SocketAddress { .v4(IPv4(0), port: port) }
  package static func any6(port: UInt16) -> SocketAddress { .v6(IPv6(high: 0, low: 0), port: port) }
  package static func loopback4(port: UInt16) -> SocketAddress { .v4(IPv4(0x7f00_0001), port: port) }
  package static func loopback6(port: UInt16) -> SocketAddress { .v6(IPv6(high: 0, low: 1), port: port) }

  /// 0 for a unix socket.
  package var port: UInt16 {
    get {
      switch self {
      case .v4(_, let port), .v6(_, let port): port
      case .unix: 0
      }
    }
    set {
      switch self {
      case .v4(let host, _): self = .v4(host, port: newValue)
      case .v6(let host, _): self = .v6(host, port: newValue)
      case .unix: break
      }
    }
  }

  /// The address without the port and without brackets, or the path.
  package var host: String {
    switch self {
    case .v4(let host, _): host.description
    case .v6(let host, _): host.description
    case .unix(let path): path
    }
  }

  package var isUnix: Bool {
    if case .unix = self { true } else { false }
  }

  /// This host, whatever the network.
  package var isLoopback: Bool {
    switch self {
    case .v4(let host, _): host.isLoopback
    case .v6(let host, _): host.isLoopback
    case .unix: true
    }
  }

  /// Every address of this host.
  package var isWildcard: Bool {
    switch self {
    case .v4(let host, _): host.bits == 0
    case .v6(let host, _): host.high == 0 && host.low == 0
    case .unix: false
    }
  }

  /// An address the Internet does not route: RFC 1918, link-local, unique local; and loopback.
  package var isPrivate: Bool {
    switch self {
    case .v4(let host, _): host.isPrivate
    case .v6(let host, _): host.isPrivate
    case .unix: true
    }
  }

  /// Equal but for the port.
  package func isSameHost(as other: SocketAddress) -> Bool {
    switch (self, other) {
    case (.v4(let one, _), .v4(let two, _)): one == two
    case (.v6(let one, _), .v6(let two, _)): one.high == two.high && one.low == two.low
    case (.unix, .unix): true
    default: false
    }
  }
}

extension SocketAddress: CustomStringConvertible {
  /// `127.0.0.1:11211`, `[::1]:11211`, `/run/repcached.sock`
  package var description: String {
    switch self {
    case .v4(let host, let port): "\(host):\(port)"
    case .v6(let host, let port): "[\(host)]:\(port)"
    case .unix(let path): path
    }
  }
}
