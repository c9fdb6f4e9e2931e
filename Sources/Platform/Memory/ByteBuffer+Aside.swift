/// Laying bytes aside, to be sent later than what comes after them. Offsets of them stay true until `dropAside`.
extension ByteBuffer {
  @inlinable package var asideCount: Int { Int(aside) }

  /// Lays what is readable aside, behind what is aside already; says where it stands.
  @inlinable package mutating func layAside() -> Range<Int> {
    let range = unsafe Range(uncheckedBounds: (Int(start), Int(end)))
    aside = end
    start = end
    return range
  }

  /// A part of what is laid aside.
  @_lifetime(borrow self)
  @inlinable @inline(__always)
  package func bytes(aside part: Range<Int>) -> Span<UInt8> {
    precondition(part.lowerBound >= 0 && part.upperBound <= asideCount, "more than is laid aside")
    let bytes = unsafe Span<UInt8>(
      _unsafeBytes: UnsafeRawBufferPointer(start: base + part.lowerBound, count: part.count))
    return unsafe _overrideLifetime(bytes, borrowing: self)
  }

  /// A part of what is laid aside, as a buffer of its own.
  package func copy(aside part: Range<Int>) -> ByteBuffer {
    var copy = ByteBuffer(capacity: part.count)
    copy.append(bytes(aside: part))
    return copy
  }

  /// Nothing is laid aside any more; nothing must be readable either.
  package mutating func dropAside() {
    precondition(isEmpty, "what is readable stands behind it")
    aside = 0
    clear()
  }
}
