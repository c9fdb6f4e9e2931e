import Testing

@testable import CacheServer

@Suite("Patterns of keys")
struct GlobPatternTests {
  private func matches(_ pattern: String, _ text: String) -> Bool {
    let (pattern, text) = ([UInt8](pattern.utf8), [UInt8](text.utf8))
    return GlobPattern.matches(pattern.span, text.span)
  }

  @Test(
    "A star stands for any bytes, a question mark for one",
    arguments: [
      ("*", "", true), ("*", "abc", true), ("a*c", "abc", true), ("a*c", "ac", true), ("a*c", "abd", false),
      ("?", "a", true), ("?", "", false), ("a?c", "abc", true), ("a?c", "ac", false), ("*b*", "abc", true),
      ("a*b*c", "aXbYc", true), ("a*b*c", "aXcYb", false), ("abc", "abc", true), ("abc", "abcd", false),
      ("*abc", "ababc", true), ("", "", true), ("", "a", false), ("**", "x", true),
    ])
  func patterns(pattern: String, text: String, expected: Bool) { #expect(matches(pattern, text) == expected) }

  @Test("No pattern takes long") func hostile() {
    let pattern = String(repeating: "a*", count: 120) + "b"
    #expect(!matches(pattern, String(repeating: "a", count: 250)))
  }
}
