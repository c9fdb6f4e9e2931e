/// The words of a line, separated by spaces, read from the front.
struct LegacyWords: ~Escapable {
  private let bytes: Span<UInt8>
  private var position: Int
  private let end: Int

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, end: Int) {
    self.bytes = bytes
    position = 0
    self.end = end
  }

  /// The next word's place; nil at the end.
  @_lifetime(self: copy self)
  mutating func next() -> Range<Int>? {
    while position < end, bytes[position] == 32 { position += 1 }
    let start = position
    while position < end, bytes[position] != 32 { position += 1 }
    return start < position ? start..<position : nil
  }

  /// The next word as a number from 0 to `greatest`; nil if it is none.
  @_lifetime(self: copy self)
  mutating func number(upTo greatest: UInt64) -> UInt64? {
    guard let word = next() else { return nil }
    return number(in: word, upTo: greatest)
  }

  /// The next word as a time from minus `greatest` to `greatest`, which is at most `Int64.max`.
  @_lifetime(self: copy self)
  mutating func time(upTo greatest: Int64) -> Int64? {
    guard let word = next() else { return nil }
    let isNegative = bytes[word.lowerBound] == 45
    let digits = isNegative ? word.lowerBound + 1..<word.upperBound : word
    guard let number = number(in: digits, upTo: UInt64(greatest)) else { return nil }
    return isNegative ? -Int64(number) : Int64(number)
  }

  func matches(_ word: Range<Int>, _ expected: [UInt8]) -> Bool {
    guard word.count == expected.count else { return false }
    for offset in expected.indices where bytes[word.lowerBound + offset] != expected[offset] { return false }
    return true
  }

  private func number(in word: Range<Int>, upTo greatest: UInt64) -> UInt64? {
    // 20 digits hold every number of 64 bits; a longer run of them is refused before it is read.
    guard 1...20 ~= word.count else { return nil }
    var value: UInt64 = 0
    for index in word {
      guard 48...57 ~= bytes[index] else { return nil }
      let (tens, tooLong) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooLarge) = tens.addingReportingOverflow(UInt64(bytes[index] - 48))
      if tooLong || tooLarge { return nil }
      value = sum
    }
    return value <= greatest ? value : nil
  }
}
