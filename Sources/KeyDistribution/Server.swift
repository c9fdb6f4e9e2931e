/// A server as a client or a proxy is told of it. What the others call it decides where its keys are, so two programs agree
/// only where host and port are written alike: `localhost` and `127.0.0.1` are two servers.
package struct Server: Hashable, Sendable {
  package let host: String
  package let port: UInt16
  /// How many shares of the keys it has: 1 to `maxWeight`.
  package let weight: Int
  /// What twemproxy hashes in place of host and port, so that a server can move to another address.
  package let name: String?

  /// A ring of php-memcache has 160 points a share; more than this would be a memory of its own.
  package static var maxWeight: Int { 10_000 }

  package init(host: String, port: UInt16, weight: Int = 1, name: String? = nil) {
    self.host = host
    self.port = port
    self.weight = min(max(weight, 1), Server.maxWeight)
    self.name = name
  }

  /// `host`, `host:port` or `[v6]:port` in two; nil where that is none. More colons than one: an address of IPv6 without a port.
  package static func split(_ text: Substring) -> (host: Substring, port: UInt16?)? {
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let (host, rest) = (text[..<end].dropFirst(), text[text.index(after: end)...])
      if rest.isEmpty { return (host, nil) }
      return rest.first == ":" ? port(rest.dropFirst()).map { (host, $0) } : nil
    }
    guard text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") else { return (text, nil) }
    return port(text[text.index(after: colon)...]).map { (text[..<colon], $0) }
  }

  private static func port(_ text: Substring) -> UInt16? {
    guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(text), port > 0 else { return nil }
    return port
  }

  /// "host:port".
  var address: String { "\(host):\(port)" }

  /// As libmemcached writes it: without memcached's own port.
  var shortAddress: String { port == 11211 ? host : address }
}
