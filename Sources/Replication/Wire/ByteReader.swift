import ItemStore

/// Reads numbers in network order from the front of bytes. Past the end it gives zeros and is `failed`, so that a
/// decoder reads all its fields and looks once.
struct ByteReader: ~Escapable {
  private let bytes: Span<UInt8>
  private(set) var position: Int
  private let end: Int
  private(set) var failed = false

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = min(range.upperBound, bytes.count)
  }

  var remaining: Int { end - position }
  /// Everything was read and nothing was missing.
  var isComplete: Bool { !failed && position == end }

  @_lifetime(self: copy self)
  mutating func byte() -> UInt8 {
    guard position < end else {
      failed = true
      return 0
    }
    defer { position += 1 }
    return bytes[position]
  }

  @_lifetime(self: copy self)
  mutating func number16() -> UInt16 { UInt16(truncatingIfNeeded: number(byteCount: 2)) }

  @_lifetime(self: copy self)
  mutating func number32() -> UInt32 { UInt32(truncatingIfNeeded: number(byteCount: 4)) }

  @_lifetime(self: copy self)
  mutating func number64() -> UInt64 { number(byteCount: 8) }

  /// A stamp; none above the greatest is honest.
  @_lifetime(self: copy self)
  mutating func stamp() -> Stamp {
    let stamp = Stamp(rawValue: number64())
    if stamp > .greatest { failed = true }
    return stamp
  }

  /// The range of the next `count` bytes, skipped.
  @_lifetime(self: copy self)
  mutating func range(_ count: Int) -> Range<Int> {
    guard count <= remaining else {
      failed = true
      return position..<position
    }
    defer { position += count }
    return position..<position + count
  }

  @_lifetime(self: copy self)
  private mutating func number(byteCount: Int) -> UInt64 {
    guard remaining >= byteCount else {
      failed = true
      return 0
    }
    var value: UInt64 = 0
    for offset in position..<position + byteCount { value = value << 8 | UInt64(bytes[offset]) }
    position += byteCount
    return value
  }
}
