import TestSupport
import Testing

@Suite("Statistics in the binary protocol")
struct BinaryStatisticsTests {
  let rig = Rig()

  @Test(
    "stat tells what text stats tells, by groups", arguments: ["", "settings", "items", "slabs", "settingsx"])
  func groups(_ group: String) throws {
    let daemon = try rig.daemon()
    let (text, client) = (try daemon.client(), try daemon.client())
    #expect(try client.ask(.set("a", "1")).status == 0)
    let told = try client.binaryStatistics(group).map { String(decoding: $0.key, as: UTF8.self) }
    let topic = group == "settingsx" ? "settings" : group
    #expect(try told == text.statistics(topic).map(\.name) && !told.isEmpty)
  }

  @Test("The two protocols are counted alike") func counters() throws {
    let client = try rig.daemon().client()
    try client.send([
      .set("a", "1"), .get("a"), .get("none"), .get("a", 0x09), .touch("a", 0), .touch("none", 0), .delete("none"),
      .increment("a", by: 1), .increment("none", by: 1), .increment("n", by: 1, exptime: 0), .delete("a"),
      .set("a", "1", cas: 1), .set("n", "1", cas: 1), .noop,
    ])
    _ = try client.answers(until: 13)
    let names = [
      "cmd_get", "get_hits", "get_misses", "cmd_set", "cmd_touch", "touch_hits", "touch_misses", "delete_misses",
      "delete_hits", "incr_hits", "incr_misses", "cas_misses", "cas_badval",
    ]
    let told = try client.binaryStatistics()
    let values = names.map { name in told.first { $0.key == Array(name.utf8) }?.text }
    #expect(values == ["3", "2", "1", "3", "2", "1", "1", "1", "1", "1", "1", "1", "1"])
    try client.send(BinaryFrame(0x10, "reset").bytes)
    #expect(try client.answer().key.isEmpty)
    #expect(try client.binaryStatistics().first { $0.key == Array("cmd_set".utf8) }?.text == "0")
  }

  @Test("stat detail counts by prefix, in both protocols") func detail() throws {
    let client = try rig.daemon().client()
    #expect(try client.ask(BinaryFrame(0x10, "detail on")).status == 0)
    try client.send([.set("p:a", "1"), .get("p:a"), .get("p:b"), .delete("p:a")])
    for _ in 0..<4 { _ = try client.answer() }
    let dump = try client.binaryStatistics("detail dump")
    #expect(dump.map(\.key) == [Array("detailed".utf8)])
    #expect(dump[0].text == "PREFIX p get 2 hit 1 set 1 del 1\r\nEND\r\n")
  }

  @Test("Statistics come between the answers around them, each with the request's opaque") func between() throws {
    let client = try rig.daemon().client()
    try client.send([.set("a", "1"), BinaryFrame(0x10, "settings"), .get("a")])
    #expect(try client.answer().description == "#0 01 00 cas")
    var count = 0
    while case let answer = try client.answer(), !answer.key.isEmpty {
      #expect(answer.opcode == 0x10 && answer.opaque == 1)
      count += 1
    }
    #expect(count > 20)
    #expect(try client.answer().description == "#2 00 00 cas extras=00000000 1")
  }

  @Test(
    "A client that asks for a hundred thousand statistics and reads nothing waits, bounded",
    .enabled(if: Executable.isRepcached))
  func readsNothing() throws {
    let daemon = try rig.daemon()
    let (greedy, other) = (try daemon.client(), try daemon.client())
    let before = daemon.residentBytes
    let requests = Array(repeatElement(BinaryFrame(0x10, "settings").bytes, count: 2_500).joined())
    #expect(greedy.offer(requests[...]) > 0)
    for _ in 0..<1_000 { #expect(try other.ask(.noop).status == 0) }
    #expect(daemon.residentBytes < before + Executable.memoryFactor * 4 << 20)
  }
}
