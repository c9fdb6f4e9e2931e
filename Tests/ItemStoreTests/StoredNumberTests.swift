import Testing

@testable import ItemStore

/// What memcached 1.6.45 answered to each of these was taken down beside it.
@Suite("A value that is counted")
struct StoredNumberTests {
  static let table: [(String, UInt64?)] = [
    ("0", 0), ("5", 5), ("007", 7), ("18446744073709551615", .max), (String(repeating: "0", count: 600) + "7", 7),
    (" 1", 1), ("\t1", 1), ("\n1", 1), ("\u{b}1", 1), ("\u{c}1", 1), ("\r1", 1), ("\r\n1", 1), ("  +1", 1),
    ("+5", 5), ("+18446744073709551615", .max), ("-0", 0), (" -0", 0), ("-18446744073709551615", 1),
    ("-9223372036854775809", UInt64(Int64.max)), ("1 ", 1), ("1\t", 1), ("1\r", 1), ("1\n", 1), ("1 2", 1), ("1 x", 1),
    ("1\0", 1), ("1\0x", 1),
    ("", nil), (" ", nil), ("\r\n", nil), ("\0", nil), ("\u{8}1", nil), ("\u{e}1", nil), ("x", nil), ("1x", nil),
    ("1,000", nil), ("1.5", nil), ("0x10", nil), ("+", nil), ("-", nil), ("- 1", nil), ("+-1", nil), ("--1", nil),
    ("-1", nil), ("-5", nil), ("-9223372036854775808", nil), ("18446744073709551616", nil),
    ("-18446744073709551616", nil), ("99999999999999999999999999", nil), ("١", nil),
  ]

  @Test("is what strtoull takes it for", arguments: table)
  func value(_ text: String, _ expected: UInt64?) {
    #expect(StoredNumber.value(of: bytes(text).span) == expected)
  }
}
