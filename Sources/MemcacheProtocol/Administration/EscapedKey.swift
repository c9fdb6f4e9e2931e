/// Keys in lines that people and programs read: what a client chose must not end a line, nor write to a terminal.
package enum EscapedKey {
  /// As in an address of the web, which is memcached's way: letters, digits and `-._~` stay, all else is a percent sign
  /// and two digits.
  package static func write<Sink: ByteSink & ~Copyable>(_ key: Span<UInt8>, to sink: inout Sink) {
    for index in key.indices {
      let byte = key[index]
      if staysInAddress(byte) {
        sink.append(byte)
      } else {
        sink.append(UInt8(ascii: "%"))
        sink.append(digit(byte &>> 4, beyondNine: UInt8(ascii: "A")))
        sink.append(digit(byte & 15, beyondNine: UInt8(ascii: "A")))
      }
    }
  }

  /// For texts that end up in a line: what is no printable character of ASCII is changed, to `\x` and two digits, and the backslash,
  /// so that what was changed can be told.
  package static func writePrintable<Sink: ByteSink & ~Copyable>(_ key: Span<UInt8>, to sink: inout Sink) {
    for index in key.indices {
      let byte = key[index]
      isPrintable(byte) ? sink.append(byte) : writeNumber(of: byte, to: &sink)
    }
  }

  /// For lines that memcached shows keys in as they are, and who reads them expects so: only what would end a word or a line, or
  /// steer a terminal, is changed, to `\x` and two digits.
  package static func writeWord<Sink: ByteSink & ~Copyable>(_ key: Span<UInt8>, to sink: inout Sink) {
    for index in key.indices {
      let byte = key[index]
      staysInWord(byte) ? sink.append(byte) : writeNumber(of: byte, to: &sink)
    }
  }

  /// Whether a key may be a word of a line as it is.
  package static func isWord(_ key: Span<UInt8>) -> Bool {
    for index in key.indices where !staysInWord(key[index]) { return false }
    return true
  }

  private static func writeNumber<Sink: ByteSink & ~Copyable>(of byte: UInt8, to sink: inout Sink) {
    sink.append("\\x")
    sink.append(digit(byte &>> 4, beyondNine: UInt8(ascii: "a")))
    sink.append(digit(byte & 15, beyondNine: UInt8(ascii: "a")))
  }

  private static func staysInWord(_ byte: UInt8) -> Bool { byte > .space && byte != 0x7f }

  private static func isPrintable(_ byte: UInt8) -> Bool {
    0x21...0x7e ~= byte && byte != UInt8(ascii: "\\")
  }

  private static func staysInAddress(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }

  private static func digit(_ value: UInt8, beyondNine: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") &+ value : beyondNine &+ value &- 10
  }
}
