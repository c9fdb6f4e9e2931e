// Numbers as memcached reads them (strtol over a whole token): decimal digits with an optional sign; overflow, an empty
// token and anything after the digits are errors. Nothing here traps on any input.

extension Span where Element == UInt8 {
  /// A token as an unsigned number. `-0` is the only negative spelling that strtoull lets through.
  func unsigned(_ range: ByteRange) -> UInt64? {
    guard !range.isEmpty else { return nil }
    let first = self[range.lowerBound]
    guard first == UInt8(ascii: "-") || first == UInt8(ascii: "+") else {
      return digits(from: range.lowerBound, to: range.upperBound)
    }
    guard let value = digits(from: range.lowerBound &+ 1, to: range.upperBound) else { return nil }
    return first == UInt8(ascii: "+") || value == 0 ? value : nil
  }

  /// A token as a signed number.
  func signed(_ range: ByteRange) -> Int64? {
    guard !range.isEmpty else { return nil }
    let isNegative = self[range.lowerBound] == UInt8(ascii: "-")
    let hasSign = isNegative || self[range.lowerBound] == UInt8(ascii: "+")
    let start = range.lowerBound &+ (hasSign ? 1 : 0)
    guard let magnitude = digits(from: start, to: range.upperBound) else { return nil }
    guard isNegative else { return Int64(exactly: magnitude) }
    guard magnitude <= Int64.min.magnitude else { return nil }
    return Int64(truncatingIfNeeded: 0 &- magnitude)
  }

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
