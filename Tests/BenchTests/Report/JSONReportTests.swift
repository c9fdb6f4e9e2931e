import Foundation
import Testing

@testable import repcached_bench

@Suite("Results as JSON and as a table")
struct JSONReportTests {
  private func result(_ counts: [LoadCounter: UInt64], server: ServerUsage?) throws -> LoadResult {
    var latencies = Latencies()
    for microseconds in UInt64(1)...1000 { latencies.record(.get, from: 0, to: microseconds * 1000) }
    return LoadResult(
      plan: .sample(try .sample()), nanoseconds: 2_000_000_000, counts: LoadCounts(counts), latencies: latencies,
      usage: UsageChange(server: server, client: 3_000_000), firstWrong: nil, firstError: nil)
  }

  private let usage = ServerUsage(total: 5_000_000, user: 2_000_000, system: 3_000_000, residentBytes: 4096)

  private func parsed(_ result: LoadResult) throws -> [String: Any] {
    let text = JSONReport(result, title: "a \"test\"").text
    return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("the report has the shape that scripts/compare reads")
  func shape() throws {
    let report = try parsed(result([.gets: 1000, .hits: 1000], server: usage))
    #expect(report["title"] as? String == "a \"test\"")
    #expect(report["requests"] as? Int == 1000)
    #expect(report["requestsPerSecond"] as? Double == 500)
    #expect(report["isRight"] as? Bool == true)
    let server = try #require(report["server"] as? [String: Any])
    #expect(server["cpuNanosecondsPerRequest"] as? Double == 5000)
    #expect(server["residentBytes"] as? Int == 4096)
    let latency = try #require(report["latency"] as? [String: Any])
    #expect(latency["set"] is NSNull)
    let all = try #require(latency["all"] as? [String: Any])
    #expect(Set(all.keys) == ["count", "mean", "p50", "p90", "p99", "p99.9", "max"])
    let median = try #require(all["p50"] as? Int)
    #expect(abs(median - 500_000) < 1000)
    #expect(all["max"] as? Int == 1_000_000)
    let counts = try #require(report["counts"] as? [String: Any])
    #expect(Set(counts.keys) == Set(LoadCounter.allCases.map { "\($0)" }))
  }

  @Test("without a process the server's time is null")
  func noServer() throws {
    #expect(try parsed(result([.gets: 1], server: nil))["server"] is NSNull)
  }

  @Test("a wrong answer, a lost connection or an unanswered request is not right; a miss and an error may be")
  func rightness() throws {
    for counter in [LoadCounter.wrong, .lostConnections, .unanswered] {
      #expect(try !result([.gets: 1, counter: 1], server: nil).isRight)
    }
    #expect(try result([.gets: 1, .misses: 1, .errors: 1], server: nil).isRight)
  }

  @Test("the table tells rates, percentiles and what a request cost")
  func table() throws {
    let text = Table(try result([.gets: 1000, .hits: 1000], server: usage), title: "here").text
    #expect(text.hasPrefix("here: 4 connections, 1 in flight"))
    #expect(text.contains("1,000 hits, 0 misses, 0 wrong, 0 errors in 2.000 s (seed 7)"))
    #expect(text.contains("server CPU 5.000 µs a request (user 2.00, system 3.00)"))
    #expect(text.contains("this program 3.000 µs"))
  }
}
