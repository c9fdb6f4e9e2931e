import Testing

@testable import repcached_tool

@Suite("What top shows")
struct TopRowTests {
  private func sample(_ seconds: UInt64, _ values: [String: String]) -> TopSample {
    TopSample(server: "a:1", time: seconds * 1_000_000_000, values: values)
  }

  @Test("Rates are those of the time between two looks") func rates() {
    let before = sample(
      10, ["cmd_get": "100", "get_hits": "80", "get_misses": "20", "cmd_set": "5", "bytes_read": "0"])
    let now = sample(
      12,
      [
        "cmd_get": "300", "get_hits": "130", "get_misses": "170", "cmd_set": "25", "bytes_read": "3000000",
        "curr_items": "9",
        "bytes": "32", "limit_maxbytes": "64", "curr_connections": "4", "state": "stream", "lag_us": "4200",
      ])
    let row = TopRow(before, now)
    #expect(row.gets == 100 && row.sets == 10 && row.hitRate == 0.25 && row.bytesIn == 1_500_000)
    #expect(row.state == "stream" && row.lagMilliseconds == 4 && row.items == 9 && row.memoryShare == 0.5)
    #expect(row.line.hasPrefix("a:1 ") && row.line.contains(" 25% ") && row.line.contains(" 1.5M "))
    #expect(row.line.count == TopRow.head.count)
  }

  @Test("Counters that began anew are no rate below zero, and nobody asked is no rate of hits") func restart() {
    let row = TopRow(sample(1, ["cmd_get": "1000"]), sample(2, ["cmd_get": "10"]))
    #expect(row.gets == 0 && row.hitRate == nil && row.line.contains(" - "))
  }

  @Test("Who does not answer says why in its line") func fault() {
    var now = sample(2, [:])
    now.fault = "a:1: Connection refused"
    #expect(TopRow(sample(1, [:]), now).line.hasSuffix("a:1: Connection refused"))
  }

  @Test(
    "Bytes have four digits at most",
    arguments: [(0, "0"), (999, "999"), (1000, "1.0K"), (1_550_000, "1.6M"), (2_000_000_000, "2.0G")])
  func short(bytes: Int, text: String) { #expect(TopRow.short(bytes) == text) }
}
