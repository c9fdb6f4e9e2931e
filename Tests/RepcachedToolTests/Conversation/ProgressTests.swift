import Testing

@testable import repcached_tool

@Suite("Progress")
struct ProgressTests {
  @Test("It tells how many of how many, and how fast") func lines() {
    #expect(Progress.line("copied items", 50, of: 200, after: 500_000_000) == "copied items: 50 of 200 (25 %), 100/s")
    #expect(Progress.line("listed keys", 7, of: nil, after: 1_000_000_000) == "listed keys: 7, 7/s")
    #expect(Progress.line("listed keys", 7, of: nil, after: 1) == "listed keys: 7")
    #expect(Progress.line("copied items", 3, of: 0, after: 1) == "copied items: 3")
  }
}
