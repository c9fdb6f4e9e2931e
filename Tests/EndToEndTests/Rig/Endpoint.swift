/// Where a client or a relay connects to.
enum Endpoint: Sendable, Hashable, CustomStringConvertible {
  case tcp(host: String, port: UInt16)
  case unix(path: String)

  static func local(_ port: UInt16) -> Endpoint { .tcp(host: "127.0.0.1", port: port) }

  /// 0 of a path.
  var port: UInt16 {
    switch self {
    case .tcp(_, let port): port
    case .unix: 0
    }
  }

  var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): path
    }
  }
}
