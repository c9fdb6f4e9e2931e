import Platform

/// Whether a request's Host header names this host.
///
/// A page from anywhere can make a browser ask its own name's address, which it may have changed to this host's (DNS rebinding): then the
/// header has that name. An address in the header is right by itself, for the browser has connected there; of names there are this
/// host's, `localhost`, and the one that the server was told to listen on.
package struct HostCheck: Sendable {
  private let names: Set<String>

  package init(configured: String?, hostName: String = ProcessIdentity.hostName) {
    names = Set(["localhost", hostName, configured ?? ""].map(Self.plain).filter { !$0.isEmpty })
  }

  package func allows(_ header: String) -> Bool {
    guard let host = Self.host(of: header) else { return false }
    return SocketAddress.numeric(host: host, port: 0) != nil || names.contains(Self.plain(host))
  }

  /// Without the port; nil where it is no host.
  private static func host(of header: String) -> String? {
    if header.first == "[" {
      guard let end = header.firstIndex(of: "]"), isPort(header[header.index(after: end)...]) else { return nil }
      return String(header[header.index(after: header.startIndex)..<end])
    }
    let end = header.firstIndex(of: ":") ?? header.endIndex
    return end > header.startIndex && isPort(header[end...]) ? String(header[..<end]) : nil
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.isEmpty
      || text.first == ":" && text.utf8.count <= 6 && text.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
  }

  /// Names are the same in upper and lower case, and with the dot of the root.
  private static func plain(_ name: String) -> String {
    let lower = name.lowercased()
    return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
  }
}
