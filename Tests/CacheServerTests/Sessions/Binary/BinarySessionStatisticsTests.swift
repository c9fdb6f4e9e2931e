import TestSupport
import Testing

@testable import CacheServer

@Suite("stat")
struct BinarySessionStatisticsTests {
  private static func names(_ bytes: [UInt8]) -> [String] {
    BinaryAnswer.all(bytes).answers.map { String(decoding: $0.key, as: UTF8.self) }
  }

  @Test("tells what stats tells, and ends with an empty frame", arguments: ["", "settings", "items", "slabs", "sizes"])
  func groups(_ group: String) throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask([.set("a", "1")])
    let names = Self.names(client.ask(BinaryFrame(0x10, group).bytes))
    #expect(names == (rig.context.statistics(group) ?? []).map(\.name) + [""] && names.count > 1)
  }

  @Test(
    "knows no group that memcached does not", arguments: ["nope", "conns", "digest", "detail", "detail no", "itemsx"])
  func unknown(_ group: String) throws {
    #expect(try WorkerRig().client().ask([BinaryFrame(0x10, group)]) == ["#0 10 01 Not found"])
  }

  @Test("is told as the client reads") func streamed() throws {
    let rig = try WorkerRig()
    let client = try rig.client(sendBuffer: 1)
    let (answers, rest) = BinaryAnswer.all(client.ask([BinaryFrame](repeating: .init(0x10), count: 50).numbered))
    #expect(rest == 0 && answers.filter { $0.key.isEmpty }.map(\.opaque) == (0..<50).map { UInt32($0) })
  }

  @Test("detail turns the counting by prefix on and off, but not where listing is off") func detail() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    #expect(client.ask([BinaryFrame(0x10, "detail on")]) == ["#0 10 00"] && rig.context.prefixStatistics.isOn)
    _ = client.ask([.set("p:a", "1"), .touch("p:a", 0)])
    #expect(
      client.ask([BinaryFrame(0x10, "detail dump")]).count == 2
        && rig.context.prefixStatistics.text == "PREFIX p get 1 hit 1 set 1 del 0\r\nEND\r\n")
    #expect(client.ask([BinaryFrame(0x10, "detail off")]) == ["#0 10 00"] && !rig.context.prefixStatistics.isOn)
    let frames = [BinaryFrame(0x10, "detail on"), .get("q:a"), BinaryFrame(0x10, "detail off"), .get("q:a")]
    #expect(client.ask(frames).count == 4)
    #expect(rig.context.prefixStatistics.text.contains("PREFIX q get 1 "), "it is so for what stands behind it")
    let other = try WorkerRig { $0.isDumpingEnabled = false }
    #expect(try other.client().ask([BinaryFrame(0x10, "detail on")]) == ["#0 10 01 Not found"])
  }
}
