/// What the front of the bytes received so far is.
package enum FrameDecoding: Equatable, Sendable {
  /// A frame; `byteCount` of the bytes are used up.
  case frame(Frame, byteCount: Int)
  /// Not all there yet.
  case incomplete
  case malformed(MalformedFrame)
}
