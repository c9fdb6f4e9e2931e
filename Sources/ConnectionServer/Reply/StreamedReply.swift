import Platform

/// A reply longer than the buffers, produced as the client reads: a listing, a dump, what is watched.
///
/// ```
///   session: begins one ──▶ write, until it is done or the buffer has no room ──▶ sent ──▶ write …
///                              │                        └ the client does not read: it waits, nothing more is made
///                              ├ it has worked long enough for one turn: the others have theirs (Pause.yielded)
///                              └ there is nothing to tell yet: it waits for that, and its client is read from (Pause.watching)
/// ```
///
/// Nothing of it is kept but where it stands, so a client who does not read holds one buffer; and after
/// `ServingConfiguration.readerTimeout` seconds without reading it is dropped.
package protocol StreamedReply: ~Copyable {
  /// Room that it needs to get on: no piece is larger.
  var maxPieceBytes: Int { get }
  /// Writes the next piece.
  mutating func writePiece(to bytes: inout ByteBuffer) -> StreamProgress
}

/// What became of a piece.
package enum StreamProgress: Sendable, BitwiseCopyable {
  /// It is written, and there is more.
  case written
  /// Work enough for one turn is done, whatever came of it.
  case tired
  /// There is nothing to tell, until something happens.
  case waiting
  /// There was none left.
  case ended
}
