/// The first 24 bytes of a request, numbers in network order:
///
/// ```
///   0      1       2        4       5      6         8        12       16        24
///   magic  opcode  key 2    extras  type   bucket 2  body 4   opaque 4 cas 8     extras … key … value
///                  └ count  └ count                  └ count of all three
/// ```
///
/// The magic is 0x80 in a request and 0x81 in an answer. Type and bucket mean nothing, as in memcached. The opaque is the
/// client's own, and stands in every answer.
@usableFromInline package struct BinaryHeader: Hashable, Sendable, BitwiseCopyable {
  package let cas: UInt64
  @usableFromInline package let opaque: UInt32
  @usableFromInline let bodyLength: UInt32
  @usableFromInline let keyLength: UInt16
  @usableFromInline let extrasLength: UInt8
  @usableFromInline package let opcode: UInt8

  @inlinable package static var count: Int { 24 }
  package static var requestMagic: UInt8 { 0x80 }
  @inlinable package static var answerMagic: UInt8 { 0x81 }

  package var keyCount: Int { Int(keyLength) }
  package var extrasCount: Int { Int(extrasLength) }
  package var bodyCount: Int { Int(bodyLength) }
  /// What stands before the value.
  package var leadCount: Int { extrasCount &+ keyCount }

  /// - Parameter bytes: 24 at least.
  @inline(__always)
  init(_ bytes: Span<UInt8>) {
    let bytes = bytes.extracting(first: Self.count)
    let first = bytes.number64(at: 0)
    opcode = UInt8(truncatingIfNeeded: first &>> 48)
    keyLength = UInt16(truncatingIfNeeded: first &>> 32)
    extrasLength = UInt8(truncatingIfNeeded: first &>> 24)
    let second = bytes.number64(at: 8)
    bodyLength = UInt32(truncatingIfNeeded: second &>> 32)
    opaque = UInt32(truncatingIfNeeded: second)
    cas = bytes.number64(at: 16)
  }

  package init(
    _ opcode: UInt8, keyCount: Int = 0, extrasCount: Int = 0, bodyCount: Int = 0, opaque: UInt32, cas: UInt64
  ) {
    self.opcode = opcode
    keyLength = UInt16(truncatingIfNeeded: keyCount)
    extrasLength = UInt8(truncatingIfNeeded: extrasCount)
    bodyLength = UInt32(truncatingIfNeeded: bodyCount)
    self.opaque = opaque
    self.cas = cas
  }
}

extension Span where Element == UInt8 {
  /// Eight bytes in network order.
  @inline(__always) func number64(at index: Int) -> UInt64 { word(at: index).byteSwapped }

  @inline(__always) func number32(at index: Int) -> UInt32 {
    let bytes = extracting(index..<(index &+ 4))
    return UInt32(bytes[0]) &<< 24 | UInt32(bytes[1]) &<< 16 | UInt32(bytes[2]) &<< 8 | UInt32(bytes[3])
  }
}
