import Testing

@testable import repcached_bench

@Suite("The progress line")
struct ProgressTests {
  @Test("it tells the rate since the line before, and names failures only when there are any")
  func line() {
    let counts = LoadCounts([.gets: 2_500_000, .sets: 500_000, .misses: 7])
    let line = Progress.line("running", counts, 3_000_000_000, (1_000_000, 2_000_000_000))
    #expect(line == "running 3 s: 3,000,000 requests, 2,000,000/s now, 7 misses")
    let bad = LoadCounts([.gets: 1, .wrong: 2, .errors: 3])
    #expect(Progress.line("running", bad, 1_000_000_000, (0, 0)).hasSuffix("3 errors, 2 WRONG"))
  }
}
