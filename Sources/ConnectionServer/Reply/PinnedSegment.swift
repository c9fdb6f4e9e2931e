/// A piece of a reply that is sent from where it is kept, between the bytes of the buffer.
///
/// It says only how many bytes of the buffer stand between it and the one before, so whatever is sent or moved, only the
/// first of a reply's segments changes.
package struct PinnedSegment: Sendable, BitwiseCopyable {
  /// Its source's name for it.
  package let handle: UInt32
  package let byteCount: Int
  /// Unsent bytes of the buffer before this segment and behind the one before it.
  package internal(set) var gap: Int
  /// How much of the segment itself is sent.
  package internal(set) var sent = 0

  init(_ handle: UInt32, byteCount: Int, gap: Int) {
    self.handle = handle
    self.byteCount = byteCount
    self.gap = gap
  }

  var unsent: Int { byteCount - sent }
  var isSent: Bool { gap == 0 && unsent == 0 }
}

/// Who keeps the memory of segments: it stays as it is until `release`.
package protocol SegmentSource: ~Copyable {
  /// The segment's bytes from `offset`, which lies in it, to the end of the memory that holds them side by side.
  @_lifetime(borrow self)
  borrowing func piece(of handle: UInt32, at offset: Int) -> Span<UInt8>
  /// The turn ends before the segment is sent.
  mutating func keep(_ handle: UInt32)
  mutating func release(_ handle: UInt32)
}

/// The source of those who copy everything into the buffer.
package struct NoSegments: SegmentSource {
  package init() {}
  @_lifetime(borrow self)
  package func piece(of handle: UInt32, at offset: Int) -> Span<UInt8> { Span() }
  package func keep(_ handle: UInt32) {}
  package func release(_ handle: UInt32) {}
}
