/// Keys of any bytes, as meta commands send them in base64.
///
/// Reading takes what memcached takes: bytes that are none of the alphabet are passed over, and what is behind the first
/// group with padding is not looked at. Writing is the plain form.
@usableFromInline package enum Base64 {
  /// How many bytes a text stands for; nil if it is no base64.
  package static func decodedCount(_ text: Span<UInt8>) -> Int? { decode(text) { _ in } }

  /// Decodes a text into `bytes`, as far as there is room. How many there are, or nil if it is no base64.
  package static func decode(_ text: Span<UInt8>, into bytes: inout MutableSpan<UInt8>) -> Int? {
    var position = 0
    let count = decode(text) { byte in
      if position < bytes.count { bytes[position] = byte }
      position &+= 1
    }
    return count.flatMap { $0 <= bytes.count ? $0 : nil }
  }

  @inline(__always)
  private static func decode(_ text: Span<UInt8>, _ emit: (UInt8) -> Void) -> Int? {
    var signs = 0
    for index in text.indices where sextet(text[index]) != nil { signs &+= 1 }
    guard signs > 0, signs % 4 == 0 else { return nil }
    var (group, filled, padding, count) = (UInt32(0), 0, 0, 0)
    for index in text.indices {
      guard let bits = sextet(text[index]) else { continue }
      if text[index] == pad { padding &+= 1 }
      group = group &<< 6 | UInt32(bits)
      filled &+= 1
      if filled < 4 { continue }
      guard padding <= 2 else { return nil }
      for place in 0..<(3 &- padding) { emit(UInt8(truncatingIfNeeded: group &>> UInt32(16 &- 8 &* place))) }
      count &+= 3 &- padding
      if padding > 0 { break }
      (group, filled) = (0, 0)
    }
    return count
  }

  private static var pad: UInt8 { UInt8(ascii: "=") }

  /// Six bits; those of the padding are zero.
  private static func sextet(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte &- UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- UInt8(ascii: "a") &+ 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0") &+ 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    case pad: 0
    default: nil
    }
  }

  // MARK: Writing

  @inlinable
  package static func write<Sink: ByteSink & ~Copyable>(_ bytes: Span<UInt8>, to sink: inout Sink) {
    var position = 0
    while position < bytes.count {
      let count = min(3, bytes.count &- position)
      var group: UInt32 = 0
      for place in 0..<count { group |= UInt32(bytes[position &+ place]) &<< UInt32(16 &- 8 &* place) }
      for place in 0...count { sink.append(sign(group &>> UInt32(18 &- 6 &* place) & 63)) }
      for _ in count..<3 { sink.append(UInt8(ascii: "=")) }
      position &+= 3
    }
  }

  @usableFromInline static func sign(_ bits: UInt32) -> UInt8 {
    let bits = UInt8(truncatingIfNeeded: bits)
    switch bits {
    case 0..<26: return bits &+ UInt8(ascii: "A")
    case 26..<52: return bits &- 26 &+ UInt8(ascii: "a")
    case 52..<62: return bits &- 52 &+ UInt8(ascii: "0")
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
  }
}
