import CacheServer
import Testing

@testable import AdminServer

@Suite("The last hour")
struct SampleRingTests {
  @Test("It has one size, below a megabyte, however long it runs") func size() {
    var ring = SampleRing()
    let before = ring.byteCount
    #expect(before <= 1 << 20 && before == 288_000)
    for number in 0..<10_000 { ring.append(local: [Float](repeating: Float(number), count: 10), remote: []) }
    #expect(ring.byteCount == before && ring.count == 3600)
    #expect(ring.latest(.hitRate, isLocal: true) == 9999 && ring.latest(.hitRate, isLocal: false) == nil)
  }

  @Test("Means are of the last seconds, oldest first; what is not known is not") func means() {
    var ring = SampleRing()
    for number in 1...4 {
      ring.append(local: [Float](repeating: Float(number), count: 10), remote: number == 4 ? [7] : [])
    }
    #expect(ring.means(.gets, isLocal: true, seconds: 4, points: 2) == [1.5, 3.5])
    let long = ring.means(.gets, isLocal: true, seconds: 8, points: 4)
    #expect(long[0].isNaN && long[1].isNaN && long[2] == 1.5 && long[3] == 3.5)
    #expect(ring.means(.hitRate, isLocal: false, seconds: 1, points: 1) == [7])
    #expect(ring.means(.gets, isLocal: false, seconds: 4, points: 1)[0].isNaN)
  }

  private func numbers(_ seconds: UInt64, gets: UInt64, hits: UInt64) -> SideNumbers {
    var numbers = SideNumbers()
    (numbers[.unixMicroseconds], numbers[.gets], numbers[.getHits]) = (seconds * 1_000_000, gets, hits)
    (numbers[.sets], numbers[.connections]) = (0, 5)
    return numbers
  }

  @Test("Counters become rates by their own clock; a counter that fell is a second that is not known") func rates() {
    let history = History()
    history.take(local: numbers(10, gets: 100, hits: 0), peer: numbers(10, gets: 0, hits: 0))
    #expect(history.ring.latest(.gets, isLocal: true) == nil && history.ring.latest(.connections, isLocal: true) == 5)
    history.take(local: numbers(11, gets: 300, hits: 50), peer: numbers(10, gets: 0, hits: 0))
    #expect(history.ring.latest(.gets, isLocal: true) == 200 && history.ring.latest(.hitRate, isLocal: true) == 0.25)
    history.take(local: numbers(12, gets: 0, hits: 0), peer: numbers(14, gets: 40, hits: 40))
    #expect(history.ring.latest(.gets, isLocal: true) == nil)
    #expect(history.ring.latest(.gets, isLocal: false) == 10, "four seconds between two reports")
    history.take(local: nil, peer: numbers(14, gets: 40, hits: 40))
    #expect(history.ring.latest(.connections, isLocal: true) == nil && history.ring.latest(.gets, isLocal: false) == 10)
  }

  @Test("A chart has a line for each run that is known, and its numbers as its title") func chart() {
    let points: [Float] = [1, 2, .nan, 4, .nan]
    let chart = Chart(
      title: "<Gets>", unit: { "\(Int($0))" }, local: points, remote: [.nan, .nan, .nan, .nan, 3],
      names: ("here", "there"),
      span: ("before", "now"))
    let html = chart.html.markup
    #expect(html.components(separatedBy: "<polyline class=\"a\"").count == 3)
    #expect(html.components(separatedBy: "<polyline class=\"b\"").count == 2)
    #expect(html.contains("aria-label=\"&lt;Gets&gt;. here: –. there: 3.\"") && !html.contains("nan"))
    #expect(!html.contains("style="), "no inline style passes the policy")
  }
}

extension SampleRing {
  fileprivate func latest(_ series: Series, isLocal: Bool) -> Float? {
    let value = means(series, isLocal: isLocal, seconds: 1, points: 1)[0]
    return value.isNaN ? nil : value
  }
}

extension String {
  fileprivate func components(separatedBy text: String) -> [Substring] {
    var (parts, rest): ([Substring], Substring) = ([], self[...])
    while let range = rest.firstRange(of: text) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }
}
