/// A number that a server tells. Held within what sums, differences and products of the tables can bear, here and nowhere else: so no
/// server can end the program by a number.
enum ReportedNumber {
  static let limit = 1 << 59

  /// Nil: it is none.
  static func read(_ text: some StringProtocol) -> Int? {
    guard let number = Int(text) ?? UInt64(text).map({ Int(clamping: $0) }) else { return nil }
    return min(max(number, -limit), limit)
  }

  /// A rate or a share, as a whole number.
  static func rounded(_ number: Double) -> Int {
    number.isFinite ? Int(min(max(number, -Double(limit)), Double(limit)).rounded()) : 0
  }
}
