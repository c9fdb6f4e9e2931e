import MemcacheProtocol
import Testing

@Suite("Keys in lines")
struct EscapedKeyTests {
  private func text(_ key: [UInt8], _ write: (Span<UInt8>, inout ArraySink) -> Void) -> String {
    var sink = ArraySink()
    write(key.span, &sink)
    return sink.text
  }

  @Test("As in an address all but letters, digits and -._~ are a percent sign and two digits")
  func address() {
    let all = (0...255).map { UInt8($0) }
    let written = text(all) { EscapedKey.write($0, to: &$1) }
    #expect(written.utf8.allSatisfy { 0x21...0x7e ~= $0 })
    #expect(text(Array("aZ0-._~".utf8)) { EscapedKey.write($0, to: &$1) } == "aZ0-._~")
    #expect(text([0, 10, 13, 0x1b, 0x20, 0x25, 0xff]) { EscapedKey.write($0, to: &$1) } == "%00%0A%0D%1B%20%25%FF")
  }

  @Test("Printable keys stay as they are elsewhere, and nothing ends a line or writes to a terminal")
  func printable() {
    let all = (0...255).map { UInt8($0) }
    #expect(text(all) { EscapedKey.writePrintable($0, to: &$1) }.utf8.allSatisfy { 0x21...0x7e ~= $0 })
    #expect(text(Array("user:1%2#".utf8)) { EscapedKey.writePrintable($0, to: &$1) } == "user:1%2#")
    #expect(text([0x0a, 0x5c, 0x80]) { EscapedKey.writePrintable($0, to: &$1) } == "\\x0a\\x5c\\x80")
  }

  @Test("Where memcached shows a key as it is, only what ends a word or steers a terminal is changed")
  func word() {
    #expect(
      text([0x20, 0x0a, 0x1b, 0x7f, 0x5c, 0x61]) { EscapedKey.writeWord($0, to: &$1) } == "\\x20\\x0a\\x1b\\x7f\\a")
    #expect(text(Array("a%é".utf8)) { EscapedKey.writeWord($0, to: &$1) } == "a%é")
  }

  @Test("A word has no spaces and no control bytes")
  func words() {
    func isWord(_ key: [UInt8]) -> Bool { EscapedKey.isWord(key.span) }
    #expect(isWord(Array("a%é".utf8)))
    for byte in [0, 9, 10, 13, 0x20, 0x7f] as [UInt8] { #expect(!isWord([97, byte])) }
  }
}
