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
  /// Says why, if there is a reason to give, and closes; the channel is not heard of again.
  case close(ChannelID, saying: GoodbyeReason?)
  /// The link is made: begin the session, copy first.
  case join(ChannelID, Joining)
  /// The same in the format of repcached 2.x. `hasSpoken`: the other side has said a word by which it is known.
  case joinLegacy(ChannelID, Role, hasSpoken: Bool)
  /// The link is gone: end the session. `isReplaced`: a new one follows at once, with `join` or `joinLegacy`; there is a peer
  /// all the time.
  case part(isReplaced: Bool)
  /// Clients may be served from now on. Comes once.
  case open
  case countRefusedPeer
  /// The peer is right not to believe the stamps of this side: what lies above its stamp clock is to have new ones before the
  /// next hello. May be said again meanwhile.
  case restamp(above: Stamp)
}
