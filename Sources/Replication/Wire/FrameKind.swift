/// The byte after a frame's length. Numbers are never given a second meaning; a new kind means a new protocol version.
enum FrameKind: UInt8 {
  case hello = 1
  case confirm = 2
  case goodbye = 3
  case heartbeat = 4
  case record = 5
  case delete = 6
  case flush = 7
  case opening = 8
  case fragment = 9
  case abandoned = 10
  case copyBegin = 11
  case copyEnd = 12
  case mark = 13
  case acknowledgement = 14
  case refused = 15
  case copyFromZero = 16
  case walked = 17
  case roomless = 20
  case place = 21
  case reached = 22
  /// Stands in a ring for a value that is too large for it; never on the wire (see `MutationRing`).
  case reference = 128
}
