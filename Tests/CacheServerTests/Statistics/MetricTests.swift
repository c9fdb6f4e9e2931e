import Testing

@testable import CacheServer

@Suite("A metric")
struct MetricTests {
  @Test(
    "is told as memcached tells it",
    arguments: [
      (.count(.max), "18446744073709551615"), (.number(-5), "-5"), (.microseconds(0), "0.000000"),
      (.microseconds(12_000_345), "12.000345"), (.factor(1.25), "1.25"), (.factor(1.2), "1.20"), (.factor(0), "0.00"),
      (.flag(true), "1"), (.flag(false), "0"), (.yes(true), "yes"), (.yes(false), "no"), (.text("a b"), "a b"),
    ] as [(MetricValue, String)])
  func description(value: MetricValue, text: String) {
    #expect(value.description == text)
  }

  @Test("is read from its source, with its label, and left out where there is nothing to tell") func samples() {
    let table: [Metric<Int>] = [
      .gauge("twice", in: .bytes, "two of them") { 2 * $0 },
      .info("none", "nothing") { _ in nil },
      .absent("absent"),
    ]
    let samples = table.samples(of: 21, label: MetricLabel(name: "slab", value: "3"))
    #expect(samples.map(\.name) == ["twice", "absent"])
    #expect(samples.map(\.value) == [.number(42), .count(0)])
    #expect(samples.map(\.unit) == [.bytes, .none])
    #expect(samples.allSatisfy { $0.label == MetricLabel(name: "slab", value: "3") })
  }
}
