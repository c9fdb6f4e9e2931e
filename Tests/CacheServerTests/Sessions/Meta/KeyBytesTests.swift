import Testing

@testable import CacheServer

@Suite("A key in a place of its own")
struct KeyBytesTests {
  private func text(_ key: borrowing KeyBytes) -> String {
    let bytes = key.bytes
    return (0..<bytes.count).map { String(UnicodeScalar(bytes[$0])) }.joined()
  }

  @Test("is empty, or what was copied or decoded last") func keys() {
    var key = KeyBytes()
    #expect(text(key) == "")
    let longest = [UInt8](repeating: 0x6b, count: 250)
    key.copy(longest.span)
    #expect(text(key) == String(repeating: "k", count: 250))
    let encoded = [UInt8]("Zm9v".utf8)
    key.decode(encoded.span)
    #expect(text(key) == "foo")
    let none = [UInt8]("Zm9".utf8)
    key.decode(none.span)
    #expect(text(key) == "")
  }
}
