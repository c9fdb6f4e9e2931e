import CacheServer
import Testing

@testable import AdminServer

@Suite("Metrics beside the exporter's")
struct OwnFamiliesTests {
  private static func report(general: [MetricSample] = [], pair: [MetricSample] = []) -> ServerReport {
    ServerReport(isServing: { true }, samples: { $0 == "" ? general : $0 == "replication" ? pair : [] })
  }

  private static func lines(_ report: ServerReport) throws -> [String] {
    let groups = try #require(SampleGroups(report))
    return Exposition.prometheus.text(OwnFamilies.families(groups)).split(separator: "\n").map(String.init)
  }

  @Test(
    "have the unit and the ending that Prometheus wants",
    arguments: [
      (MetricSample(name: "get_expired", kind: .counter, help: "h", value: .count(7)), "get_expired_total 7"),
      (MetricSample(name: "pool", kind: .gauge, help: "h", value: .number(-3)), "pool -3"),
      (
        MetricSample(name: "hold_us", kind: .gauge, unit: .microseconds, help: "h", value: .number(1_500)),
        "hold_seconds 0.0015"
      ),
      (
        MetricSample(name: "paused_us", kind: .counter, unit: .microseconds, help: "h", value: .count(2_000_000)),
        "paused_seconds_total 2"
      ),
      (
        MetricSample(name: "ahead_ms", kind: .gauge, unit: .milliseconds, help: "h", value: .number(-250)),
        "ahead_seconds -0.25"
      ),
      (MetricSample(name: "age", kind: .gauge, unit: .seconds, help: "h", value: .number(4)), "age_seconds 4"),
      (MetricSample(name: "up_seconds", kind: .gauge, unit: .seconds, help: "h", value: .number(4)), "up_seconds 4"),
      (MetricSample(name: "hash_bytes", kind: .gauge, unit: .bytes, help: "h", value: .number(4)), "hash_bytes 4"),
      (
        MetricSample(name: "bytes_sent", kind: .counter, unit: .bytes, help: "h", value: .count(4)),
        "sent_bytes_total 4"
      ),
      (MetricSample(name: "running", kind: .gauge, help: "h", value: .flag(true)), "running 1"),
    ])
  func names(sample: MetricSample, line: String) throws {
    #expect(try Self.lines(Self.report(general: [sample])).contains("repcached_\(line)"))
    #expect(try Self.lines(Self.report(pair: [sample])).contains("repcached_pair_\(line)"))
  }

  @Test("leave out words, what is not here, and what the exporter shows") func left() throws {
    let samples = [
      MetricSample(name: "libevent", kind: .info, help: "h", value: .text("2")),
      MetricSample(name: "tailrepairs", kind: .absent, help: "h", value: .count(0)),
      MetricSample(name: "get_hits", kind: .counter, help: "h", value: .count(1)),
      MetricSample(name: "max_connections", kind: .gauge, help: "h", value: .count(1)),
    ]
    let lines = try Self.lines(Self.report(general: samples))
    #expect(!lines.contains { $0.contains("repcached_") && !$0.contains("repcached_pair_") }, "\(lines)")
  }

  @Test("tell of the pair in labels, and have a series for each state of the link") func pair() throws {
    let words = [
      ("role", "MASTER"), ("state", "copy"), ("peer", "10.0.0.2:11212"), ("wanted_peer", "b"), ("peer_protocol", "1"),
    ]
    let lines = try Self.lines(
      Self.report(pair: words.map { MetricSample(name: $0, kind: .info, help: "h", value: .text($1)) }))
    #expect(
      lines.contains(
        #"repcached_pair_info{role="MASTER",peer="10.0.0.2:11212",wanted_peer="b",peer_protocol="1"} 1"#))
    for state in ["off", "listen", "connect", "copy", "stream"] {
      #expect(lines.contains("repcached_pair_state{state=\"\(state)\"} \(state == "copy" ? 1 : 0)"))
    }
  }
}
