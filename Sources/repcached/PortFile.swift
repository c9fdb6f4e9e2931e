import CacheServer
import Platform
import SystemPackage

/// The file of memcached's `MEMCACHED_PORT_FILENAME`: which ports were taken, for whoever had the system choose one.
///
/// ```
/// TCP INET: 40123
/// UDP INET6: 40124
/// ```
enum PortFile {
  private static let variable = "MEMCACHED_PORT_FILENAME"

  /// Writes it, if the environment names one. It appears as a whole, for somebody may be waiting for it.
  static func write(_ server: Server) {
    guard let path = ProcessEnvironment.value(of: variable), !path.isEmpty else { return }
    let lines =
      server.addresses.compactMap { line("TCP", $0) } + server.datagramAddresses.compactMap { line("UDP", $0) }
    _ = Warning.ifFails("cannot write \(path)") { () throws(Errno) in
      try FileText.write(lines.joined(), to: "\(path).lck")
      try FileText.move("\(path).lck", to: path)
    }
  }

  private static func line(_ protocolName: String, _ address: SocketAddress) -> String? {
    switch address {
    case .v4(_, let port): "\(protocolName) INET: \(port)\n"
    case .v6(_, let port): "\(protocolName) INET6: \(port)\n"
    case .unix: nil
    }
  }
}
