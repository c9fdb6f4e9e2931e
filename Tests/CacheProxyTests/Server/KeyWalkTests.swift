import Testing

@testable import CacheProxy

struct KeyWalkTests {
  @Test(
    arguments: [
      ("abc", "abc"), ("a%20b", "a b"), ("%41%42", "AB"), ("a%zz", nil), ("a%4", "a\u{4}"), ("", ""),
    ] as [(Substring, String?)])
  func `a key of a dump is read as it was written`(text: Substring, key: String?) {
    #expect(KeyWalk.unescaped(text).map { String(decoding: $0, as: UTF8.self) } == key)
  }
}
