import CacheServer
import Testing

@testable import AdminServer

@Suite("The forms of metrics")
struct ExpositionTests {
  private static let families = [
    MetricFamily(
      name: "repcached_x_total", kind: .counter, help: "a \\ and\na \"word\"",
      samples: [
        .init(
          labels: [MetricLabel(name: "a", value: "q\"\\\n"), MetricLabel(name: "b", value: "")],
          value: "18446744073709551615"),
        .init(labels: [], value: "0"),
      ]),
    MetricFamily(name: "memcached_moves", kind: .counter, help: "no ending", samples: [.init(labels: [], value: "1")]),
    MetricFamily(name: "memcached_g", kind: .gauge, help: "up and down", samples: [.init(labels: [], value: "-1.5")]),
  ]

  @Test("are Prometheus's own") func prometheus() {
    #expect(
      Exposition.prometheus.text(Self.families) == #"""
        # HELP repcached_x_total a \\ and\na "word"
        # TYPE repcached_x_total counter
        repcached_x_total{a="q\"\\\n",b=""} 18446744073709551615
        repcached_x_total 0
        # HELP memcached_moves no ending
        # TYPE memcached_moves counter
        memcached_moves 1
        # HELP memcached_g up and down
        # TYPE memcached_g gauge
        memcached_g -1.5

        """#)
  }

  @Test("and OpenMetrics, where a counter without _total is of no known type") func openMetrics() {
    #expect(
      Exposition.openMetrics.text(Self.families) == #"""
        # HELP repcached_x a \\ and\na \"word\"
        # TYPE repcached_x counter
        repcached_x_total{a="q\"\\\n",b=""} 18446744073709551615
        repcached_x_total 0
        # HELP memcached_moves no ending
        # TYPE memcached_moves unknown
        memcached_moves 1
        # HELP memcached_g up and down
        # TYPE memcached_g gauge
        memcached_g -1.5
        # EOF

        """#)
  }
}
