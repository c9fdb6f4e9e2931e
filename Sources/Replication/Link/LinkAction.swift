/// What the driver is to do. Actions are performed in order.
package enum LinkAction: Sendable, Equatable {
  case log(String)
  case listen
  case stopListening
  case dial
  /// Forgets a connection attempt that has not become a channel yet.
  case cancelDial
  case sendHello(ChannelID)
  case sendConfirm(ChannelID)
  case sendHeartbeat(ChannelID)
  /// Says why, if there is a reason to give, and closes; the channel is not heard of again.
  case close(ChannelID, saying: GoodbyeReason?)
  /// The link is made: begin the session, copy first.
  case join(ChannelID, Joining)
  /// The link is lost: end the session.
  case part
  /// Clients may be served from now on. Comes once.
  case open
  case countRefusedPeer
}
