/// What the front of the bytes received so far is.
enum LegacyLineDecoding: Equatable, Sendable {
  /// A line; `byteCount` of the bytes, its end included, are used up.
  case line(LegacyLine, byteCount: Int)
  /// Not all there yet.
  case incomplete
  case malformed(MalformedFrame)
}
