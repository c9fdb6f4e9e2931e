/// Deferring bytes, to be sent later than what comes after them. Offsets of them stay true until `dropDeferred`.
extension ByteBuffer {
  @inlinable package var deferredCount: Int { Int(deferred) }

  /// Defers what is readable, behind what is deferred already; says where it stands.
  @inlinable package mutating func deferReadable() -> Range<Int> {
    let range = unsafe Range(uncheckedBounds: (Int(start), Int(end)))
    deferred = end
    start = end
    return range
  }

  /// A part of what is deferred.
  @_lifetime(borrow self)
  @inlinable @inline(__always)
  package func bytes(deferred part: Range<Int>) -> Span<UInt8> {
    precondition(part.lowerBound >= 0 && part.upperBound <= deferredCount, "more than is deferred")
    let bytes = unsafe Span<UInt8>(
      _unsafeBytes: UnsafeRawBufferPointer(start: base + part.lowerBound, count: part.count))
    return unsafe _overrideLifetime(bytes, borrowing: self)
  }

  /// A part of what is deferred, as a buffer of its own.
  package func copy(deferred part: Range<Int>) -> ByteBuffer {
    var copy = ByteBuffer(capacity: part.count)
    copy.append(bytes(deferred: part))
    return copy
  }

  /// Nothing is deferred any more; nothing must be readable either.
  package mutating func dropDeferred() {
    precondition(isEmpty, "what is readable stands behind it")
    deferred = 0
    clear()
  }
}
