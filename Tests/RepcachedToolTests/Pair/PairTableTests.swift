import Testing

@testable import repcached_tool

@Suite("Both sides beside each other")
struct PairTableTests {
  private func side(_ name: String, items: String) -> SideReport {
    var report = SideReport(server: name)
    report.general = ["version": "3", "curr_items": items, "get_hits": "3", "get_misses": "1", "uptime": "7300"]
    report.pair = ["state": "stream", "lag_us": "4200", "clock_offset_ms": "-7"]
    return report
  }

  private func row(_ title: String, _ text: String) -> [String] {
    let line = text.split(separator: "\n").first { $0.contains(title) } ?? ""
    return line.split(separator: "  ").map { $0.trimmingPrefix { $0 == " " } }.map(String.init).filter { !$0.isEmpty }
  }

  @Test("A column for each, units that are read, and a mark where they differ") func table() {
    let text = PairTable.text([side("a:1", items: "5"), side("b:1", items: "6")])
    #expect(row("items", text) == ["!", "items", "5", "6"], "\(text)")
    #expect(row("state", text) == ["state", "stream", "stream"])
    #expect(row("hit rate", text) == ["hit rate", "75.0 %", "75.0 %"])
    #expect(row("up for", text) == ["up for", "2 h", "2 h"])
    #expect(row("is behind", text) == ["peer is behind by", "4 ms", "4 ms"])
    #expect(!text.contains("digest"))
  }

  @Test("A side that does not answer leaves its column empty, and says why") func silent() {
    var gone = SideReport(server: "b:1")
    gone.fault = "b:1: Connection refused"
    let text = PairTable.text([side("a:1", items: "5"), gone])
    #expect(row("items", text) == ["items", "5", "-"] && text.hasSuffix("\nb:1: Connection refused\n"))
  }

  @Test(
    "Times have the unit that is read best",
    arguments: [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 days")])
  func durations(seconds: Int, text: String) { #expect(PairTable.duration(seconds) == text) }
}
