import Platform

/// A reply longer than the buffers, produced as the client reads: a listing, a dump, what is watched.
///
/// ```
///   session: begins one ──▶ write, until it is done or the buffer has no room ──▶ sent ──▶ write …
///                                                       └ the client does not read: the connection waits, nothing more is made
/// ```
///
/// Nothing of it is kept but where it stands, so a client who does not read holds one buffer.
package protocol StreamedReply: ~Copyable {
  /// Room that it needs to get on: no piece is larger.
  var maxPieceBytes: Int { get }
  /// Writes the next piece; false when there was none left.
  mutating func writePiece(to bytes: inout ByteBuffer) -> Bool
}
