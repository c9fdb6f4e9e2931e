/// The text given to one flag, and the readings of it. A reading takes the whole text or throws: `0x`, `1 `, `+5` and
/// an empty text are no numbers here, where strtol would have made a 0, a 1 and a 5 of them.
package struct SettingsValue: Sendable, Equatable {
  /// As the user knows it, for messages: `-p`, `-o hashpower`.
  package let flag: String
  package let text: String

  package init(flag: String, text: some StringProtocol) {
    self.flag = flag
    self.text = String(text)
  }
}

extension SettingsValue {
  package func integer(_ range: ClosedRange<Int>, _ kind: String = "a number") throws(SettingsError) -> Int {
    guard let number = Self.decimal(text[...]) else { throw .malformed(self, expected: kind) }
    guard range.contains(number) else {
      throw .outOfRange(self, allowed: "\(kind) from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package func powerOfTwo(_ range: ClosedRange<Int>, _ kind: String) throws(SettingsError) -> Int {
    let number = try integer(range, kind)
    guard number.nonzeroBitCount == 1 else { throw .outOfRange(self, allowed: "a power of two") }
    return number
  }

  package func port() throws(SettingsError) -> UInt16 {
    UInt16(try integer(0...65535, "a port"))
  }

  /// Bytes, with `k` or `m` behind the number: `1024`, `512k`, `1m`.
  package func size(_ range: ClosedRange<Int>, _ allowed: String) throws(SettingsError) -> Int {
    let units: [Character: Int] = ["k": 1 << 10, "K": 1 << 10, "m": 1 << 20, "M": 1 << 20]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Self.decimal(unit == nil ? text[...] : text.dropLast()) else {
      throw .malformed(self, expected: "a size such as 512k or 1m")
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
    guard !overflow, range.contains(bytes) else { throw .outOfRange(self, allowed: allowed) }
    return bytes
  }

  package func factor() throws(SettingsError) -> Double {
    let isPlain = text.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".")
    }
    guard isPlain, let number = Double(text) else { throw .malformed(self, expected: "a factor such as 1.25") }
    guard number > 1, number <= 100 else { throw .outOfRange(self, allowed: "greater than 1, at most 100") }
    return number
  }

  package func octalMode() throws(SettingsError) -> UInt32 {
    let isPlain = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
    guard isPlain, let mode = UInt32(text, radix: 8), mode <= 0o777 else {
      throw .malformed(self, expected: "an octal mask from 0 to 777")
    }
    return mode
  }

  package func character() throws(SettingsError) -> UInt8 {
    guard text.utf8.count == 1, let byte = text.utf8.first, (0x21...0x7E).contains(byte) else {
      throw .malformed(self, expected: "one printable character")
    }
    return byte
  }

  /// A name of a host, a user or a file.
  package func name(_ kind: String) throws(SettingsError) -> String {
    guard !text.isEmpty, !text.utf8.contains(0) else { throw .malformed(self, expected: kind) }
    return text
  }

  private static func decimal(_ text: Substring) -> Int? {
    let isPlain = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !text.isEmpty, isPlain else { return nil }
    // Too many digits for an Int is out of every range, not malformed.
    return Int(text) ?? Int.max
  }
}

extension SettingsValue {
  /// The text as it may stand in a message of one line: short, without control characters.
  package var printable: String { Self.printable(text) }

  package static func printable(_ text: String) -> String {
    let clean = String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 } ? "?" : $0 })
    return clean.count <= 60 ? clean : clean.prefix(60) + "…"
  }
}
