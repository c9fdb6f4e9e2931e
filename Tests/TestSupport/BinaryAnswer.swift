/// An answer, taken apart.
package struct BinaryAnswer: Sendable, Equatable {
  package let opcode: UInt8
  package let status: UInt16
  package let opaque: UInt32
  package let cas: UInt64
  package let extras: [UInt8]
  package let key: [UInt8]
  package let value: [UInt8]

  package var text: String { String(decoding: value, as: UTF8.self) }

  /// How many bytes the body has that stands behind this header; nil: it is no answer's.
  package static func bodyCount(_ header: [UInt8]) -> Int? {
    guard header.count >= 24, header[0] == 0x81, header[5] == 0 else { return nil }
    return Int(number(header[8..<12]))
  }

  /// The first of some answers, which is taken off; nil where it is not whole.
  package init?(from bytes: inout [UInt8]) {
    guard let count = Self.bodyCount(bytes), bytes.count >= 24 + count else { return nil }
    let (extrasCount, keyCount) = (Int(bytes[4]), Int(Self.number(bytes[2..<4])))
    guard extrasCount + keyCount <= count else { return nil }
    opcode = bytes[1]
    status = UInt16(Self.number(bytes[6..<8]))
    opaque = UInt32(Self.number(bytes[12..<16]))
    cas = Self.number(bytes[16..<24])
    let keyStart = 24 + extrasCount
    extras = Array(bytes[24..<keyStart])
    key = Array(bytes[keyStart..<keyStart + keyCount])
    value = Array(bytes[keyStart + keyCount..<24 + count])
    bytes.removeFirst(24 + count)
  }

  /// All answers, and how many bytes are left behind them.
  package static func all(_ bytes: [UInt8]) -> (answers: [BinaryAnswer], rest: Int) {
    var (rest, answers) = (bytes, [BinaryAnswer]())
    while let answer = BinaryAnswer(from: &rest) { answers.append(answer) }
    return (answers, rest.count)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

/// `#OPAQUE OPCODE STATUS`, and what there is of: `cas`, whichever it is, extras in hexadecimal, key and value.
extension BinaryAnswer: CustomStringConvertible {
  package var description: String {
    var text = "#\(opaque) \(Self.hex(opcode)) \(Self.hex(UInt8(truncatingIfNeeded: status)))"
    if cas != 0 { text += " cas" }
    if !extras.isEmpty { text += " extras=" + extras.map(Self.hex).joined() }
    if !key.isEmpty { text += " key=" + String(decoding: key, as: UTF8.self) }
    if !value.isEmpty { text += " " + (value.count > 100 ? "\(value.count) bytes" : Self.readable(value)) }
    return text
  }

  private static func readable(_ bytes: [UInt8]) -> String {
    bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7f } ? String(decoding: bytes, as: UTF8.self) : bytes.map(hex).joined()
  }

  private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
