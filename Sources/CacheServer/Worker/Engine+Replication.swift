import MemcacheProtocol
import Platform
import Transport

/// `replication peer`: rare, so strings are welcome here.
extension Engine {
  /// Whoever may do this can take the whole cache away: there is no login, so only who is on this host may.
  mutating func changePeer(_ place: Span<UInt8>) {
    guard let client = try? Socket.peerAddress(transport.socket), Self.mayChangePeer(client) else {
      return answer(TextError.notFromHere)
    }
    // No host has so long a name, and the answer has its room.
    let reason = context.changePeer(Self.text(place, atMost: 300))
    guard let reason else { return answer(TextAnswer.ok) }
    write("CLIENT_ERROR \(reason)\r\n")
  }

  static func mayChangePeer(_ client: SocketAddress) -> Bool { client.isLoopback }
}
