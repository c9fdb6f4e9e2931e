/// What incr and decr take a value for: as memcached 1.6.45 does, what strtoull(3) makes of it.
///
/// ```
///   [blanks] [+ or -] digits [a blank or a zero byte, and then anything]
/// ```
///
/// A minus is taken where the number that comes of it is small enough to look positive: `-0`, and what wraps around.
enum StoredNumber {
  static func value(of text: Span<UInt8>) -> UInt64? {
    var index = 0
    while index < text.count, isBlank(text[index]) { index += 1 }
    guard index < text.count else { return nil }
    let isNegative = text[index] == UInt8(ascii: "-")
    if isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
    let first = index
    var magnitude: UInt64 = 0
    while index < text.count, case let digit = text[index] &- UInt8(ascii: "0"), digit <= 9 {
      let (tens, tooLong) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, tooLarge) = tens.addingReportingOverflow(UInt64(digit))
      if tooLong || tooLarge { return nil }
      magnitude = sum
      index += 1
    }
    guard index > first, index == text.count || isBlank(text[index]) || text[index] == 0 else { return nil }
    if !isNegative { return magnitude }
    let wrapped = 0 &- magnitude
    return wrapped <= UInt64(Int64.max) ? wrapped : nil
  }

  /// What isspace(3) says.
  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte &- 9 <= 4 }
}
