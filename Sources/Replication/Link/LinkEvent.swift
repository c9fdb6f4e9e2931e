/// What has happened, told to the link machine.
package enum LinkEvent: Sendable {
  case start
  /// Time has passed; comes every 50 ms or so.
  case tick
  /// The process is going to end and gives the peer what is queued: from now on its silence is no reason to stop.
  case drain
  case shutdown
  /// Another peer is to be dialled, or none. `isLinked`: it is the one that the link is to.
  case peerChanged(String?, isLinked: Bool)

  case listening
  case listenFailed(String)
  /// The dial that was asked for waits for the addresses of the peer's name; it has them; it has none.
  case lookingUp
  case lookedUp
  case lookupFailed(String)
  /// `address`: of those that the peer's name has, nil where it is the one in the settings. `hasOthers`: some have not
  /// had their turn.
  case dialed(ChannelID, address: String? = nil, hasOthers: Bool = false)
  case dialFailed(String)
  case accepted(ChannelID, from: String, Admission)

  /// Bytes came, whatever they say.
  case bytesReceived(ChannelID)
  /// `clock`: this side's. `proven`: the proof in it is good, or none is wanted of this side.
  case hello(ChannelID, Hello, clock: ClockReading, proven: Bool)
  case confirmed(ChannelID, clock: ClockReading, proven: Bool)
  /// Instead of a hello, words of repcached 2.x.
  case spokeLegacy(ChannelID)
  /// The link in the format of repcached 2.x is to one of today's kind: its hello came late.
  case lateHello(ChannelID)
  case goodbye(ChannelID, GoodbyeReason)
  case malformed(ChannelID, MalformedFrame)
  /// The connection ended, in order or not.
  case closed(ChannelID)

  /// The session of the link tells how its copies go. `items`: at most so many are to come.
  case copyOutBegan(items: UInt64)
  case copyOutEnded(items: UInt64)
  case copyInBegan(items: UInt64)
  case copyInEnded
  case streamGivenUp
}

/// A connection, as the driver numbers them. Two billion connections later a number is used again, if it is free.
package struct ChannelID: Hashable, Sendable, CustomStringConvertible {
  package let rawValue: UInt32

  package init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// From 1 to `last`, and from the beginning again: whoever connects without end must not use them up.
  static func number(after previous: UInt32) -> UInt32 { previous >= last ? 1 : previous + 1 }
  static let last: UInt32 = 0x7FFF_FFFF

  package var description: String { "channel \(rawValue)" }
}
