import ItemStore

/// What the driver is to do. Actions are performed in order.
package enum LinkAction: Sendable, Equatable {
  /// For who follows the pair, with `-v`.
  case log(String)
  /// For everybody: somebody was refused, or refuses this side.
  case warn(String)
  case listen
  case stopListening
  /// Look the peer's name up, and connect.
  case dial
  /// Forgets a lookup or a connection attempt that has not become a channel yet.
  case cancelDial
  case sendHello(ChannelID)
  case sendConfirm(ChannelID)
  case sendHeartbeat(ChannelID)
  /// Says why, if there is a reason to give, and closes; nothing more comes of the channel.
  case close(ChannelID, saying: GoodbyeReason?)
  /// The link is made: begin the session, copy first.
  case beginSession(ChannelID, LinkParameters)
  /// The same in the format of repcached 2.x. `hasSpoken`: the other side has said a word by which it is known.
  case beginLegacySession(ChannelID, Role, hasSpoken: Bool)
  /// The link is gone: end the session. `isReplaced`: a new one follows at once, with `join` or `beginLegacySession`;
  /// there is a peer all the time.
  case endSession(isReplaced: Bool)
  /// Clients may be served from now on. Comes once.
  case open
  case countRefusedPeer
  /// The peer is right not to believe the stamps of this side: what lies above its stamp clock is to have new ones
  /// before the next hello. May be said again meanwhile.
  case restamp(above: Stamp)
}

/// What a session is begun with.
package struct LinkParameters: Sendable, Equatable {
  package let role: Role
  package let peer: Hello
  /// The lowest bit of this side's stamps from now on; the other side has the other.
  package let nodeBit: UInt64
  package let address: String
  /// Microseconds ahead of this side's wall clock that stamps may lie, besides the tolerance: see `ClockAgreement`.
  package var ahead: UInt64 = 0

  /// What the two speak: what both know.
  package var version: UInt16 { min(peer.version, Hello.currentVersion) }
  package var features: HelloFeatures { peer.features.intersection(.supported) }
}
