import Testing

@testable import repcached_bench

@Suite("Reports of a replay")
struct ReplayReportTests {
  @Test("the line and the JSON tell the counts, and the line tells what is wrong only if something is")
  func report() {
    var counts = ReplayCounts(requests: 4000, misses: 1000, sets: 1200, nanoseconds: 2_500_000_000)
    #expect(ReplayReport(counts).line == "4,000 requests, 1,000 misses (25.000 %), 1,200 sets in 2.5 s")
    counts.refused = 3
    counts.wrong = 1
    #expect(ReplayReport(counts).line.hasSuffix(", 3 refused, 1 WRONG"))
    for part in ["\"misses\": 1000", "\"seconds\": 2.500", "\"wrong\": 1"] {
      #expect(ReplayReport(counts).json.contains(part))
    }
    #expect(ReplayCounts().missRatio == 0)
  }
}
