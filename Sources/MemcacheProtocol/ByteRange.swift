/// Where something stands in the input span that was parsed: a request names its key by position, so that parsing
/// neither copies nor allocates. Positions are 32 bits to keep a request small; an input is a buffer of some KB.
@usableFromInline package struct ByteRange: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline let start: Int32
  @usableFromInline let length: Int32

  @inlinable
  package init(start: Int, count: Int) {
    self.start = Int32(truncatingIfNeeded: start)
    self.length = Int32(truncatingIfNeeded: count)
  }

  @inlinable package var lowerBound: Int { Int(start) }
  @inlinable package var upperBound: Int { Int(start) &+ Int(length) }
  @inlinable package var count: Int { Int(length) }
  @inlinable package var isEmpty: Bool { length == 0 }

  package static var none: ByteRange { ByteRange(start: 0, count: 0) }
}

extension Span where Element == UInt8 {
  /// The bytes that a request names. The span must be the one the request was parsed from.
  @inlinable
  @_lifetime(copy self)
  package func bytes(in range: ByteRange) -> Span<UInt8> {
    extracting(Int(range.start)..<(Int(range.start) &+ Int(range.length)))
  }
}
