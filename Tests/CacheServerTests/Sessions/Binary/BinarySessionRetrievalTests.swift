import TestSupport
import Testing

@testable import CacheServer

@Suite("Reading by the binary protocol")
struct BinarySessionRetrievalTests {
  @Test("Values of every length come back: copied, and sent from their items", arguments: [nil, 4 << 10])
  func lengths(_ maxChunkSize: Int?) throws {
    let rig = try WorkerRig { $0.maxChunkSize = maxChunkSize }
    let client = try rig.client()
    for count in [0, 1, 7, 8, 1_000, 4_000, 8_191, 8_192, 8_193, 20_000, 100_000] {
      let value = String(repeating: "v", count: count)
      let answers = BinaryAnswer.all(client.ask([.set("a", value), .get("a"), .touch("a", 0, 0x24), .noop].numbered))
      #expect(answers.answers.map(\.value.count) == [0, count, count, 0] && answers.rest == 0)
      #expect(answers.answers.dropFirst().first?.text == value && answers.answers[2].key == Array("a".utf8))
    }
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("Quiet misses say nothing, and a miss with its key names it") func misses() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    let frames = [UInt8]([0x00, 0x09, 0x0c, 0x0d]).map { BinaryFrame.get("key", $0) }
    let touches = [UInt8]([0x1c, 0x1d, 0x1e, 0x23, 0x24]).map { BinaryFrame.touch("key", 0, $0) }
    #expect(
      client.ask(frames + touches) == [
        "#0 00 01 Not found", "#2 0c 01 key=key", "#4 1c 01 Not found", "#5 1d 01 Not found", "#7 23 01 key=key",
      ])
    #expect(rig.counters[.getMisses] == 4 && rig.counters[.touchMisses] == 5)
  }

  @Test("Many pipelined reads are answered in order, whatever stands between them") func pipelined() throws {
    let rig = try WorkerRig { $0.requestsPerTurn = 1_000 }
    let client = try rig.client()
    _ = client.ask((0..<100).map { .set("k\($0)", "value \($0)", 0x11) })
    let frames = (0..<100).flatMap {
      [BinaryFrame.get("k\($0)"), .get("none\($0)", 0x09), .set("x", "\($0)"), .get("x", 0x0c)]
    }
    let answers = BinaryAnswer.all(client.ask(frames.numbered)).answers
    #expect(answers.count == 300)
    for number in 0..<100 {
      let three = answers[number * 3..<number * 3 + 3]
      #expect(three.map(\.text) == ["value \(number)", "", "\(number)"])
    }
  }
}
