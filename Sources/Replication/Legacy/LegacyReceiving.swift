/// What became of the bytes at the front.
enum LegacyReceiving: Equatable, Sendable {
  case consumed(Int)
  case incomplete
  case malformed(MalformedFrame)
  /// It is no repcached 2.x: its hello came late.
  case hello
}
