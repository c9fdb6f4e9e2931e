import KeyDistribution
import MemcacheClientCore

/// A server, or a pair of two that hold the same.
///
/// ```swift
/// let one = try MemcacheServer("cache1.example:11211")
/// let pair = try MemcacheServer("cache1.example|cache2.example")
/// let heavy = try MemcacheServer("cache3.example", weight: 2)
/// ```
///
/// A pair is hashed as its first side is, so a server that becomes a pair keeps its keys.
public struct MemcacheServer: Hashable, Sendable, CustomStringConvertible {
  let member: ClientSettings.Member
  private let text: String

  /// - Parameters:
  ///   - text: `host`, `host:port`, `[v6]:port`, or two of these with `|` between them. Port 11211 may be left out.
  ///   - weight: its share of the keys, where the distribution knows weights.
  ///   - name: what twemproxy hashes in place of the address.
  public init(_ text: String, weight: Int = 1, name: String? = nil) throws(MemcacheError) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count <= 2, weight > 0 else { throw .configuration("not a server: \(text)") }
    var addresses: [ClientSettings.Address] = []
    for part in parts { addresses.append(try Self.address(part, of: text)) }
    let server = Server(host: addresses[0].host, port: addresses[0].port, weight: weight, name: name)
    member = ClientSettings.Member(server: server, addresses: addresses)
    self.text = text
  }

  public var description: String { text }
  public var isPair: Bool { member.isPair }

  private static func address(_ part: Substring, of text: String) throws(MemcacheError) -> ClientSettings.Address {
    guard let (host, port) = Server.split(part), !host.isEmpty, !host.contains(where: \.isWhitespace) else {
      throw .configuration("not a server: \(text)")
    }
    return ClientSettings.Address(host: String(host), port: port ?? 11211)
  }
}
