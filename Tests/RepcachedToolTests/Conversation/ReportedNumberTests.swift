import Testing

@testable import repcached_tool

@Suite("Numbers that a server tells")
struct ReportedNumberTests {
  private static let extremes = [
    "9223372036854775807", "-9223372036854775808", "18446744073709551615", "-1", "0", "1", "x",
  ]

  @Test("are held within bounds") func bounds() {
    #expect(ReportedNumber.read("5") == 5 && ReportedNumber.read("x") == nil)
    for text in ["9223372036854775807", "18446744073709551615"] {
      #expect(ReportedNumber.read(text) == ReportedNumber.limit)
    }
    #expect(ReportedNumber.read("-9223372036854775808") == -ReportedNumber.limit)
    #expect(ReportedNumber.rounded(.infinity) == 0 && ReportedNumber.rounded(1e300) == ReportedNumber.limit)
  }

  @Test("end no table, whatever they are", arguments: extremes, extremes) func tables(one: String, other: String) {
    let names = ["get_hits", "get_misses", "time", "uptime", "bytes", "limit_maxbytes", "cmd_get", "bytes_read"]
    func side(_ value: String, _ second: String) -> SideReport {
      var side = SideReport(server: "a:1")
      for (number, name) in names.enumerated() { side.general[name] = number % 2 == 0 ? value : second }
      side.pair = [
        "state": "stream", "clock_offset_ms": value, "lag_us": second, "peer_port": value, "link_up_seconds": value,
      ]
      return side
    }
    #expect(!PairTable.text([side(one, other), side(other, one)]).isEmpty)
    #expect(!PairDiagnosis([side(one, other), side(other, one)]).findings.isEmpty)
    func sample(_ value: String, at time: UInt64) -> TopSample {
      let values = Dictionary(uniqueKeysWithValues: (names + ["lag_us"]).map { ($0, value) })
      return TopSample(server: "a:1", time: time, values: values)
    }
    #expect(!TopRow(sample(one, at: 5), sample(other, at: 5)).line.isEmpty)
    let statistics = ["chunk_size", "total_pages"].map { ServerConversation.Statistic(name: "1:\($0)", value: one) }
    let items = ["age", "number"].map { ServerConversation.Statistic(name: "items:1:\($0)", value: other) }
    #expect(!ClassicTable.display(items: items, slabs: statistics).isEmpty)
  }

  @Test("of an item are no larger than an item's") func item() throws {
    let server = try ScriptedServer { _ in .say("HD s9223372036854775807 f4294967296 t9223372036854775807\r\n") }
    defer { server.end() }
    let note = try ServerConversation(server.name, .of()).meta("k")
    #expect(note == ItemNote(bytes: ReportedNumber.limit, flags: .max, expiresIn: ReportedNumber.limit))
  }
}
