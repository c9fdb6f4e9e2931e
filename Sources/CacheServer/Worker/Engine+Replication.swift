import MemcacheProtocol
import Platform

/// `replication peer`: rare, so strings are welcome here.
extension Engine {
  /// Whoever may do this can take the whole cache away: there is no login, so only who is on this host may.
  mutating func changePeer(_ place: Span<UInt8>) {
    guard let client = try? Socket.peerAddress(socket), Self.mayChangePeer(client) else {
      return answer(TextError.notFromHere)
    }
    // No host has so long a name, and the answer has its room.
    let text = String(decoding: (0..<min(place.count, 300)).map { place[$0] }, as: UTF8.self)
    guard let reason = context.changePeer(text) else { return answer(TextAnswer.ok) }
    let line = Array("CLIENT_ERROR \(reason)\r\n".utf8)
    output.reserve(line.count)
    output.append(line.span)
  }

  static func mayChangePeer(_ client: SocketAddress) -> Bool { client.isLoopback }
}
