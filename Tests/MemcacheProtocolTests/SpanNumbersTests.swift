import Testing

@testable import MemcacheProtocol

@Suite("Numbers")
struct SpanNumbersTests {
  static let unsignedTable: [(String, UInt64?)] = [
    ("0", 0), ("1", 1), ("007", 7), ("+5", 5), ("-0", 0), ("18446744073709551615", .max),
    ("00000000000000000000000000001", 1), ("18446744073709551616", nil), ("99999999999999999999", nil),
    ("-1", nil), ("-18446744073709551615", nil), ("", nil), ("+", nil), ("-", nil), ("1x", nil), ("x1", nil),
    ("1 ", nil), ("++1", nil), ("0x10", nil), ("1.5", nil), ("١", nil), ("/", nil), (":", nil),
  ]

  @Test("reads an unsigned number or refuses it", arguments: unsignedTable)
  func unsigned(_ text: String, _ value: UInt64?) {
    let bytes = Array(text.utf8)
    #expect(bytes.span.unsigned(ByteRange(start: 0, count: bytes.count)) == value)
  }

  static let signedTable: [(String, Int64?)] = [
    ("0", 0), ("-0", 0), ("1", 1), ("-1", -1), ("+1", 1), ("-00012", -12),
    ("9223372036854775807", .max), ("-9223372036854775808", .min),
    ("9223372036854775808", nil), ("-9223372036854775809", nil), ("99999999999999999999", nil),
    ("", nil), ("-", nil), ("+", nil), ("--1", nil), ("1-", nil), ("abc", nil),
  ]

  @Test("reads a signed number or refuses it", arguments: signedTable)
  func signed(_ text: String, _ value: Int64?) {
    let bytes = Array(text.utf8)
    #expect(bytes.span.signed(ByteRange(start: 0, count: bytes.count)) == value)
  }

  @Test("reads a number in the midst of other bytes")
  func within() {
    let bytes = Array("12345".utf8)
    #expect(bytes.span.unsigned(ByteRange(start: 1, count: 3)) == 234)
  }
}
