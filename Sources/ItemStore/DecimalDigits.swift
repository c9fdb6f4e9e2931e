/// A number's decimal digits, without a heap string.
struct DecimalDigits {
  private let number: UInt64
  let count: Int

  init(_ number: UInt64) {
    self.number = number
    var count = 1
    var rest = number / 10
    while rest > 0 {
      count += 1
      rest /= 10
    }
    self.count = count
  }

  func write(to target: UnsafeMutableRawPointer) {
    var rest = number
    for position in stride(from: count - 1, through: 0, by: -1) {
      unsafe target.storeBytes(
        of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: position, as: UInt8.self)
      rest /= 10
    }
  }
}
