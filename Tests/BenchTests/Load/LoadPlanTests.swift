import Testing

@testable import repcached_bench

@Suite("Dividing the load")
struct LoadPlanTests {
  @Test("threads share connections, keys and requests without a rest")
  func shares() throws {
    let plan = LoadPlan.sample(try .sample(keys: 1001), connections: 10, threads: 3, requests: 100)
    #expect((0..<3).map { plan.connections(of: $0) } == [4, 3, 3])
    #expect((0..<3).reduce(0) { $0 + plan.share(100, $1) } == 100)
    let ranges = (0..<3).compactMap { thread -> Range<UInt32>? in
      if case .fill(let range) = plan.fillPhase(thread).goal { range } else { nil }
    }
    #expect(ranges.map(\.lowerBound) == [0, ranges[0].upperBound, ranges[1].upperBound])
    #expect(ranges[2].upperBound == 1001)
  }

  @Test("a rate is shared as the connections are")
  func rate() throws {
    let plan = LoadPlan.sample(try .sample(), connections: 4, threads: 2, rate: 1000, requests: 500)
    for thread in 0..<2 {
      let schedule = try #require(plan.phase(thread, plan.length, start: 0).schedule)
      #expect(schedule.requestCount == 250)
      #expect(schedule.end == 500_000_000)
    }
  }
}
