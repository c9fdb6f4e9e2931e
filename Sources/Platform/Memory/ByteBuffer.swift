// Bytes on their way: what a socket gave and is not parsed yet, or what is answered and not sent yet.
//
//    base          deferred          start             end              capacity
//     |  deferred  |  consumed    |    readable     |    writable    |
//                                   └ `bytes`, count  └ `space`
//
// What is readable can be deferred: it stays where it is, below all that comes, and is sent later, part by part.
//
// Invariants. 0 <= deferred <= start <= end <= capacity. When nothing is readable start and end are at deferred, so that an
// emptied buffer has all its space again for free. Nothing but `dropDeferred` loses or moves what is deferred, seen as
// offsets. Memory moves only in `compact` and `reserve`; a Span of `bytes` cannot outlive that, for it borrows the buffer.
// Appending never grows: callers look at `space` first and decide whether to send, to reserve or to wait, so that growth
// is bounded where the bound is known; appending more than `space` is a programming error and traps.
//
// It is 24 bytes and has one owner, the worker; a capacity of 0 holds no memory. Its size stays below 2 GB.
// Locks: none. It must not know any protocol.

@safe @usableFromInline package struct ByteBuffer: ~Copyable, @unchecked Sendable {
  // Never nil, so that an optional buffer needs no more room; a buffer without memory points at no memory.
  @usableFromInline var base: UnsafeMutableRawPointer
  @usableFromInline var start: Int32 = 0
  @usableFromInline var end: Int32 = 0
  @usableFromInline var limit: Int32
  @usableFromInline var deferred: Int32 = 0

  package init(capacity: Int) {
    limit = Int32(capacity)
    unsafe base = ByteBuffer.allocate(capacity)
  }

  @inlinable deinit { release() }

  @inlinable package var capacity: Int { Int(limit) }
  /// Readable bytes.
  @inlinable package var count: Int { Int(end &- start) }
  /// Bytes that can be appended at the end.
  @inlinable package var space: Int { Int(limit &- end) }
  @inlinable package var isEmpty: Bool { start == end }

  /// The readable bytes.
  @inlinable package var bytes: Span<UInt8> {
    @_lifetime(borrow self) get {
      let readable = unsafe UnsafeRawBufferPointer(start: base + Int(start), count: count)
      let span = unsafe Span<UInt8>(_unsafeBytes: readable)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The readable bytes as text, for messages.
  package var text: String {
    unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// Puts another byte in the place of a readable one.
  package mutating func set(_ byte: UInt8, at place: Int) {
    precondition(place >= 0 && place < count, "not readable")
    unsafe base.storeBytes(of: byte, toByteOffset: Int(start) + place, as: UInt8.self)
  }

  /// Forgets the first `byteCount` readable bytes.
  @inlinable package mutating func consume(_ byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= count, "more than is readable")
    start &+= Int32(truncatingIfNeeded: byteCount)
    if start == end { clear() }
  }

  @inlinable package mutating func clear() {
    start = deferred
    end = deferred
  }

  /// Forgets what is readable beyond the first `newCount` bytes.
  @inlinable package mutating func truncate(toCount newCount: Int) {
    precondition(newCount >= 0 && newCount <= count, "more than is readable")
    end = start &+ Int32(truncatingIfNeeded: newCount)
    if start == end { clear() }
  }

  @unsafe static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
    guard capacity > 0 else { return unsafe UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped }
    return .allocate(byteCount: capacity, alignment: 16)
  }

  @usableFromInline func release() {
    if limit > 0 { unsafe base.deallocate() }
  }
}
