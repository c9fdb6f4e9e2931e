import CProcessor

// Scanning many bytes at a time, every load within a span's bounds.
//
// `word(in:)` composes eight bytes of a span whose count was looked at once; the optimizer melts the eight indexed reads
// into a single load, and so are the sixteen of `sixteen(of:at:)`. A span that shrinks from the front needs no other check
// than its count (measured: about 1 instruction a byte, against 4 for a loop over bytes; with sixteen bytes at once half).
//
// A byte below a bound is found by the borrow of a subtraction: `(w - bound) & 0x80` in each byte. That is also set by
// bytes above 0x80, so it is only a hint; the exact mask adds `& ~w`. In the exact mask the lowest byte found is
// right and those above it may be false, so only the lowest is used. Bytes are composed little-endian on any machine.

extension Span where Element == UInt8 {
  /// The first byte at or below a space (which ends a token, or is a control byte), or `count`.
  @inline(__always)
  func firstBlank(from start: Int) -> Int {
    var index = start
    let last = count &- 32
    while index <= last {
      let part = extracting(index..<(index &+ 32))
      let (first, second) = (sixteen(of: part, at: 0), sixteen(of: part, at: 16))
      let found = processor_at_most(first, .space) | processor_at_most(second, .space) &<< 16
      if found != 0 { return index &+ found.trailingZeroBitCount }
      index &+= 32
    }
    return firstBlankNearEnd(from: index)
  }

  @inline(__always)
  private func firstBlankNearEnd(from start: Int) -> Int {
    var index = start
    while index <= count &- 8 {
      let found = word(at: index).blanks
      if found != 0 { return index &+ found.lowestByte }
      index &+= 8
    }
    while index < count, self[index] > .space { index &+= 1 }
    return index
  }

  /// The first newline, or `count`. In steps of 32 bytes: lines of many keys are long.
  @inline(__always)
  func firstNewline(from start: Int) -> Int {
    var index = start
    var rest = extracting(start...)
    while rest.count >= 32 {
      let a = word(in: rest, at: 0) ^ .newlines
      let b = word(in: rest, at: 8) ^ .newlines
      let c = word(in: rest, at: 16) ^ .newlines
      let d = word(in: rest, at: 24) ^ .newlines
      let hint = ((a &- .ones) | (b &- .ones) | (c &- .ones) | (d &- .ones)) & .highBits
      if hint != 0 {
        if a.zeros != 0 { return index &+ a.zeros.lowestByte }
        if b.zeros != 0 { return index &+ 8 &+ b.zeros.lowestByte }
        if c.zeros != 0 { return index &+ 16 &+ c.zeros.lowestByte }
        if d.zeros != 0 { return index &+ 24 &+ d.zeros.lowestByte }
      }
      index &+= 32
      rest = rest.extracting(droppingFirst: 32)
    }
    return firstNewlineNearEnd(from: index)
  }

  @inline(__always)
  private func firstNewlineNearEnd(from start: Int) -> Int {
    var index = start
    while index <= count &- 8 {
      let found = (word(at: index) ^ .newlines).zeros
      if found != 0 { return index &+ found.lowestByte }
      index &+= 8
    }
    while index < count, self[index] != .newline { index &+= 1 }
    return index
  }

  /// The first space before `end`, or `end`. Looks at bytes behind `end` too, for speed, but never finds there.
  @inline(__always)
  func firstSpace(from start: Int, to end: Int) -> Int {
    var index = start
    while index < end {
      index = firstBlank(from: index)
      if index >= end { return end }
      if self[index] == .space { return index }
      index &+= 1
    }
    return index
  }

  /// The first byte before `end` that is no space, or `end`.
  @inline(__always)
  func skipSpaces(from start: Int, to end: Int) -> Int {
    var index = start
    while index < end, self[index] == .space { index &+= 1 }
    return index
  }

  /// The first eight bytes of a token as a word, to be compared with `UInt64(ascii:)`.
  func packed(_ range: ByteRange) -> UInt64 {
    let wanted = Swift.min(range.count, 8)
    if range.lowerBound <= count &- 8, wanted > 0 {
      return word(at: range.lowerBound) & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* wanted))
    }
    var result: UInt64 = 0
    var index = wanted
    while index > 0 {
      index &-= 1
      result = result &<< 8 | UInt64(self[range.lowerBound &+ index])
    }
    return result
  }

  @inline(__always)
  func word(at index: Int) -> UInt64 {
    word(in: extracting(index..<(index &+ 8)), at: 0)
  }

  @inline(__always)
  private func sixteen(of part: Span<UInt8>, at i: Int) -> SIMD16<UInt8> {
    SIMD16(
      part[i], part[i &+ 1], part[i &+ 2], part[i &+ 3], part[i &+ 4], part[i &+ 5], part[i &+ 6], part[i &+ 7],
      part[i &+ 8], part[i &+ 9], part[i &+ 10], part[i &+ 11], part[i &+ 12], part[i &+ 13], part[i &+ 14],
      part[i &+ 15])
  }

  @inline(__always)
  private func word(in part: Span<UInt8>, at i: Int) -> UInt64 {
    let low =
      UInt64(part[i]) | UInt64(part[i &+ 1]) &<< 8 | UInt64(part[i &+ 2]) &<< 16 | UInt64(part[i &+ 3]) &<< 24
    let high =
      UInt64(part[i &+ 4]) &<< 32 | UInt64(part[i &+ 5]) &<< 40 | UInt64(part[i &+ 6]) &<< 48
      | UInt64(part[i &+ 7]) &<< 56
    return low | high
  }
}

extension UInt8 {
  @inline(__always) static var space: UInt8 { 0x20 }
  @inline(__always) static var newline: UInt8 { 0x0a }
  @inline(__always) static var carriageReturn: UInt8 { 0x0d }
}

extension UInt64 {
  /// Up to eight characters as `Span.packed` reads them; folds into a constant.
  @inline(__always)
  init(
    ascii a: Unicode.Scalar, _ b: Unicode.Scalar = "\0", _ c: Unicode.Scalar = "\0", _ d: Unicode.Scalar = "\0",
    _ e: Unicode.Scalar = "\0", _ f: Unicode.Scalar = "\0", _ g: Unicode.Scalar = "\0", _ h: Unicode.Scalar = "\0"
  ) {
    let low = UInt64(a.value) | UInt64(b.value) &<< 8 | UInt64(c.value) &<< 16 | UInt64(d.value) &<< 24
    let high = UInt64(e.value) &<< 32 | UInt64(f.value) &<< 40 | UInt64(g.value) &<< 48 | UInt64(h.value) &<< 56
    self = low | high
  }

  @inline(__always) fileprivate static var highBits: UInt64 { 0x8080_8080_8080_8080 }
  @inline(__always) fileprivate static var ones: UInt64 { 0x0101_0101_0101_0101 }
  @inline(__always) fileprivate static var newlines: UInt64 { 0x0a0a_0a0a_0a0a_0a0a }
  /// One above a space in each byte.
  @inline(__always) fileprivate static var blankBound: UInt64 { 0x2121_2121_2121_2121 }

  /// The high bit of the lowest byte that is at or below a space, and perhaps of bytes above it.
  @inline(__always) fileprivate var blanks: UInt64 { (self &- .blankBound) & ~self & .highBits }
  /// The high bit of the lowest byte that is zero, and perhaps of bytes above it.
  @inline(__always) fileprivate var zeros: UInt64 { (self &- .ones) & ~self & .highBits }
  @inline(__always) fileprivate var lowestByte: Int { trailingZeroBitCount &>> 3 }
}
