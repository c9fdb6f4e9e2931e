/// The keys of a retrieval whose whole line is in the input. The first is found (and no longer than a key may be); most
/// retrievals have no other. The rest are scanned as the caller asks for them: see `KeyCursor`.
@usableFromInline package struct KeyList: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline package let first: ByteRange
  /// Where the line's content ends: before CRLF.
  @usableFromInline let end: Int32

  init(first: ByteRange, end: Int) {
    self.first = first
    self.end = Int32(truncatingIfNeeded: end)
  }

  @inlinable package var isSingle: Bool { first.upperBound == Int(end) }

  /// A cursor that stands before the first key.
  package var cursor: KeyCursor { KeyCursor(position: first.start, end: end) }
}
