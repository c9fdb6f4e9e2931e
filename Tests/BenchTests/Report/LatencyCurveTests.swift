import Histogram
import Testing

@testable import repcached_bench

@Suite("The latency curve")
struct LatencyCurveTests {
  private func histogram() -> Histogram<UInt64> {
    var latencies = Latencies()
    for microseconds in UInt64(1)...10_000 { latencies.record(.get, from: 0, to: microseconds * 1000) }
    return latencies.gets
  }

  @Test("it rises from the fastest request to the slowest")
  func monotone() throws {
    let points = LatencyCurve(name: "x", histogram()).points
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.microseconds <= $1.microseconds && $0.rarity <= $1.rarity })
    #expect(points.last?.microseconds == 10_000)
    #expect(points.last?.rarity == 10_000)
  }

  @Test("what is written as a histogram's text is read back")
  func roundTrip() throws {
    let written = LatencyCurve(name: "x", histogram())
    let read = try LatencyCurve(name: "x", hgrm: LatencyCurve.hgrm(histogram()))
    #expect(read.points.count == written.points.count)
    for (a, b) in zip(read.points, written.points) {
      #expect(abs(a.microseconds - b.microseconds) <= b.microseconds * 0.002)
      #expect(abs(a.rarity - b.rarity) <= b.rarity * 0.02)
    }
  }

  @Test("a text without a distribution is refused", arguments: ["", "hello\n", "# 1 2 3\n"])
  func refused(text: String) {
    #expect(throws: OptionError.self) { try LatencyCurve(name: "x", hgrm: text) }
  }

  @Test("the picture names its curves and escapes their names")
  func picture() {
    let curves = ["a<b", "c&d"].map { LatencyCurve(name: $0, histogram()) }
    let svg = LatencyPicture(title: "GET > SET", curves).svg
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    #expect(svg.contains(">a&lt;b<") && svg.contains(">c&amp;d<") && svg.contains(">GET &gt; SET<"))
    #expect(svg.contains(">99.9%<") && svg.contains(">1 ms<"))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test("one point alone can be drawn, also a latency of 0")
  func single() {
    let curve = LatencyCurve(name: "x", points: [LatencyCurve.Point(rarity: 1, microseconds: 0)])
    let svg = LatencyPicture(title: "", [curve]).svg
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }
}
