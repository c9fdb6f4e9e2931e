/// The byte after a frame's length. Numbers are never given a second meaning; a new kind means a new protocol version.
enum FrameKind: UInt8 {
  case hello = 1
  case confirm = 2
  case goodbye = 3
  case heartbeat = 4
  case record = 5
  case delete = 6
  case flush = 7
  case valueBegin = 8
  case fragment = 9
  case valueAborted = 10
  case copyBegin = 11
  case copyEnd = 12
  case watermark = 13
  case acknowledgement = 14
  case refused = 15
  case copyFromZero = 16
  case copyProgress = 17
  case outOfMemory = 20
  case streamOffset = 21
  case offsetReached = 22
  case overtaken = 23
  case report = 24
  case keyQuestion = 25
  case keyAnswer = 26
  /// Stands in a ring for a value that is too large for it; never on the wire (see `MutationRing`).
  case reference = 128
}
