import Testing

@testable import CacheServer

@Suite("Patterns of keys")
struct GlobPatternTests {
  private func matches(_ pattern: String, _ text: String) -> Bool {
    let (pattern, text) = ([UInt8](pattern.utf8), [UInt8](text.utf8))
    var work = 0
    return GlobPattern.matches(pattern.span, text.span, work: &work)
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

  @Test("What a pattern costs is told") func work() {
    func work(_ pattern: String) -> Int {
      let (pattern, text) = ([UInt8](pattern.utf8), [UInt8](repeating: 97, count: 250))
      var work = 0
      _ = GlobPattern.matches(pattern.span, text.span, work: &work)
      return work
    }
    #expect(work("b") == 1 && work("*aaaaaaaaab") > 1000 && work("*aaaaaaaaab") <= 11 * 250)
  }
}
