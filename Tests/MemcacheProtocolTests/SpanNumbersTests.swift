import Testing

@testable import MemcacheProtocol

/// What memcached 1.6.45 answered to each of these was taken down beside it.
@Suite("Numbers")
struct SpanNumbersTests {
  static let unsignedTable: [(String, UInt64?)] = [
    ("0", 0), ("1", 1), ("007", 7), ("18446744073709551615", .max),
    ("0000000000000000000001", 1), ("00000000000000000000001", nil), ("18446744073709551616", nil),
    ("99999999999999999999", nil), ("+5", nil), ("-0", nil), ("-1", nil), ("-18446744073709551615", nil), ("", nil),
    ("+", nil), ("-", nil), ("1x", nil), ("x1", nil), ("1 ", nil), ("1\t", nil), ("\t1", nil), ("++1", nil),
    ("0x10", nil), ("1.5", nil), ("١", nil), ("/", nil), (":", nil),
  ]

  @Test("reads digits alone, 22 of them at most", arguments: unsignedTable)
  func unsigned(_ text: String, _ value: UInt64?) {
    let bytes = Array(text.utf8)
    #expect(bytes.span.unsigned64(ByteRange(start: 0, count: bytes.count)) == value)
  }

  static let shortTable: [(String, UInt32?)] = [
    ("0", 0), ("4294967295", .max), ("4294967296", nil), ("00000000001", 1), ("000000000001", nil), ("", nil),
    ("+1", nil), ("-1", nil), ("1x", nil),
  ]

  @Test("reads a number of 32 bits, 11 digits at most", arguments: shortTable)
  func unsignedShort(_ text: String, _ value: UInt32?) {
    let bytes = Array(text.utf8)
    #expect(bytes.span.unsigned32(ByteRange(start: 0, count: bytes.count)) == value)
  }

  static let signedTable: [(String, Int32?)] = [
    ("0", 0), ("-0", 0), ("-", 0), ("1", 1), ("-1", -1), ("-00012", -12), ("2147483647", .max), ("-2147483648", .min),
    ("2147483648", nil), ("-2147483649", nil), ("-0000000001", -1), ("-00000000001", nil), ("000000000001", nil),
    ("99999999999999999999", nil), ("", nil), ("+", nil), ("+1", nil), ("--1", nil), ("1-", nil), ("abc", nil),
  ]

  @Test("reads a signed number of 32 bits, which may have a minus and no plus", arguments: signedTable)
  func signed(_ text: String, _ value: Int32?) {
    let bytes = Array(text.utf8)
    #expect(bytes.span.signed32(ByteRange(start: 0, count: bytes.count)) == value)
  }

  static let flagsTable: [(String, UInt32?)] = [
    ("0", 0), ("+1", 1), ("-0", 0), ("4294967295", .max), ("4294967296", 0), ("4294967301", 5),
    ("18446744073709551615", .max), ("18446744073709551616", nil), ("-1", nil), ("-18446744073709551615", 1),
    ("-9223372036854775808", nil), ("-9223372036854775809", .max), ("1\tx", 1), ("1\0x", 1), ("1\u{b}2", 1), ("\t5", 5),
    ("1x", nil), ("x", nil), ("+", nil), ("\t", nil), ("", nil), ("\0", nil), ("00000000000000000000000000005", 5),
  ]

  @Test("reads flags as strtoul does, and cuts them to 32 bits", arguments: flagsTable)
  func flags(_ text: String, _ value: UInt32?) {
    let bytes = Array(text.utf8)
    #expect(bytes.span.clientFlags(from: 0, lineEnd: bytes.count) == value)
  }

  static let exptimeTable: [(String, Int64?)] = [
    ("0", 0), ("+5", 5), ("-0", 0), ("-1", -1), ("4294967296", 1 << 32), ("1700000000000", 1_700_000_000_000),
    ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
    ("-9223372036854775809", nil), ("5\t", 5), ("5 3", 5), ("\t5", 5), ("\t-5", -5), ("5x", nil), ("-", nil), ("", nil),
  ]

  @Test("reads an exptime as strtol does, as far as it was asked for", arguments: exptimeTable)
  func exptime(_ text: String, _ value: Int64?) {
    let bytes = Array(text.utf8)
    #expect(bytes.span.exptime(from: 0, lineEnd: bytes.count) == value)
  }

  @Test("reads a number in the midst of other bytes")
  func within() {
    let bytes = Array("12345".utf8)
    #expect(bytes.span.unsigned64(ByteRange(start: 1, count: 3)) == 234)
    #expect(bytes.span.signed32(ByteRange(start: 2, count: 2)) == 34)
    #expect(bytes.span.exptime(from: 1, lineEnd: 4) == 234)
  }
}
