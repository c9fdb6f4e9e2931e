import Testing

@testable import MemcacheProtocol

@Suite("The SASL mechanism PLAIN")
struct PlainCredentialsTests {
  /// User and password, of a message that stands in the middle of an input.
  private static func read(_ text: String) -> [String]? {
    let bytes = [UInt8](("\0a\0" + text + "\0b\0").utf8)
    let read = PlainCredentials(bytes.span, from: 3, count: text.utf8.count)
    return read.map { read in
      [read.user, read.password].map { String(decoding: bytes[$0.lowerBound..<$0.upperBound], as: UTF8.self) }
    }
  }

  @Test("has a user and a password, and may say whom it acts for, if that is the same")
  func right() {
    #expect(Self.read("\0foo\0bar") == ["foo", "bar"])
    #expect(Self.read("foo\0foo\0bar") == ["foo", "bar"])
    #expect(Self.read("\0user@realm\0pass word:") == ["user@realm", "pass word:"])
    #expect(Self.read("\0\0") == ["", ""])
  }

  @Test(
    "is none where a part is missing or one too many, or where somebody acts for another",
    arguments: [
      "", "\0", "foo", "foo\0bar", "\0foo\0bar\0", "\0foo\0\0bar", "bob\0foo\0bar", "fo\0foo\0bar", "fop\0foo\0bar",
    ])
  func wrong(text: String) {
    #expect(Self.read(text) == nil)
  }
}
