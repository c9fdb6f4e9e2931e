// Numbers as memcached 1.6.45 reads them, in its two ways. Nothing here traps on any input.
//
// Most are whole words of digits: a delta, a cas unique, a length, a delay, the exptime of touch and gat. A word has at
// most so many characters, leading zeros among them. A signed one may have a minus, and a minus alone is zero; no plus.
//
// The flags and the exptime of a storage command are read as strtol(3) does: blanks and a sign before the digits, and the
// first blank or zero byte behind them ends the number, whatever the word goes on with.

extension Span where Element == UInt8 {
  /// A word of at most 22 digits.
  package func unsigned64(_ range: ByteRange) -> UInt64? {
    guard 1...22 ~= range.count else { return nil }
    return digits(from: range.lowerBound, to: range.upperBound)
  }

  /// A word of at most 11 digits.
  func unsigned32(_ range: ByteRange) -> UInt32? {
    guard range.count <= 11 else { return nil }
    return unsigned64(range).flatMap { UInt32(exactly: $0) }
  }

  /// A word of at most 11 characters.
  func signed32(_ range: ByteRange) -> Int32? {
    guard 1...11 ~= range.count else { return nil }
    let isNegative = self[range.lowerBound] == UInt8(ascii: "-")
    if isNegative, range.count == 1 { return 0 }
    guard let magnitude = digits(from: range.lowerBound &+ (isNegative ? 1 : 0), to: range.upperBound),
      let value = Int64(exactly: magnitude)
    else { return nil }
    return Int32(exactly: isNegative ? 0 &- value : value)
  }

  /// The flags of a storage command. As there, what exceeds 32 bits is cut, and of a negative number only what looks
  /// positive after it wrapped is taken.
  func clientFlags(from start: Int, lineEnd: Int) -> UInt32? {
    guard let (isNegative, magnitude) = number(from: start, to: lineEnd) else { return nil }
    let value = isNegative ? 0 &- magnitude : magnitude
    if isNegative, value > UInt64(Int64.max) { return nil }
    return UInt32(truncatingIfNeeded: value)
  }

  /// The exptime of a storage command. memcached cuts it to 32 bits, and what was to live long is dead or lives for ever;
  /// here it is what was asked for.
  func exptime(from start: Int, lineEnd: Int) -> Int64? {
    guard let (isNegative, magnitude) = number(from: start, to: lineEnd) else { return nil }
    if !isNegative { return Int64(exactly: magnitude) }
    return magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
  }

  /// As strtol(3) would find it in a line whose end is a blank.
  private func number(from start: Int, to end: Int) -> (isNegative: Bool, magnitude: UInt64)? {
    var first = start
    while first < end, isBlank(self[first]) { first &+= 1 }
    guard first < end else { return nil }
    let isNegative = self[first] == UInt8(ascii: "-")
    if isNegative || self[first] == UInt8(ascii: "+") { first &+= 1 }
    var stop = first
    while stop < end, self[stop] &- UInt8(ascii: "0") <= 9 { stop &+= 1 }
    guard stop == end || isBlank(self[stop]) || self[stop] == 0 else { return nil }
    return digits(from: first, to: stop).map { (isNegative, $0) }
  }

  /// What isspace(3) says.
  private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8.space || byte &- 9 <= 4 }

  private func digits(from start: Int, to end: Int) -> UInt64? {
    guard start < end else { return nil }
    var value: UInt64 = 0
    for index in start..<end {
      let digit = self[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      let (product, isTooGreat) = value.multipliedReportingOverflow(by: 10)
      let (sum, isOver) = product.addingReportingOverflow(UInt64(digit))
      guard !isTooGreat, !isOver else { return nil }
      value = sum
    }
    return value
  }
}
