import TestSupport
import Testing

@testable import CacheServer

@Suite("Storing by the binary protocol")
struct BinarySessionStorageTests {
  private static func set(_ key: String, _ value: [UInt8], _ opcode: UInt8 = 0x01) -> BinaryFrame {
    BinaryFrame(opcode, key, extras: [0, 0, 0, 0, 0, 0, 0, 0], value: value)
  }

  @Test(
    "A value of any size comes in pieces of any size",
    arguments: [0, 1, 16_383, 16_385, 65_536, 100_000, 524_269, 1_900_000])
  func pieces(size: Int) throws {
    let rig = try WorkerRig { $0.maxItemSize = 2 << 20 }
    let client = try rig.client()
    var random = SeededRandom(seed: UInt64(size))
    let value = random.value(size)
    let input = [.noop, Self.set("a", value), Self.set("a", value, 0x11), .get("a"), .noop].numbered
    for most in [1_000_000, 65_536, 30_000, 7_000] {
      var position = 0
      while position < input.count {
        position += client.offer(input[position..<min(position + 1 + random.below(most), input.count)])
        rig.turn()
        client.read()
      }
      client.readAll()
      let answers = BinaryAnswer.all(client.take()).answers
      #expect(
        answers.map(\.opaque) == [0, 1, 3, 4] && answers.allSatisfy { $0.status == 0 }, "pieces of up to \(most)")
      #expect(answers.count == 4 && answers[2].value == value)
    }
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("What is too large is dropped, and a set takes the old value with it; the others leave it") func tooLarge()
    throws
  {
    let rig = try WorkerRig()
    let client = try rig.client()
    let large = [UInt8](repeating: 0x80, count: 1_100_000)
    let answers = client.ask([
      .set("a", "1"), Self.set("a", large, 0x02), Self.set("a", large, 0x13), .get("a"), Self.set("a", large, 0x11),
      .get("a"), .append("b", String(repeating: "x", count: 1_100_000)),
    ])
    #expect(
      answers == [
        "#0 01 00 cas", "#1 02 03 Too large.", "#2 13 03 Too large.", "#3 00 00 cas extras=00000000 1",
        "#4 11 03 Too large.", "#5 00 01 Not found", "#6 0e 03 Too large.",
      ])
    #expect(rig.counters[.storeTooLarge] == 4)
  }

  @Test("Without memory a value is refused, the rest of it dropped, and the old value gone") func outOfMemory() throws {
    let rig = try WorkerRig {
      $0.memoryLimit = 2 << 20
      $0.evicts = false
    }
    let client = try rig.client()
    let value = [UInt8](repeating: 0x78, count: 600_000)
    let answers = client.ask((0..<6).map { Self.set("k\($0)", value) } + [.set("k0", "1"), .noop])
    #expect(answers.contains { $0.hasSuffix("82 Out of memory") } && answers.last == "#7 0a 00", "\(answers)")
    #expect(answers.count == 8)
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A cas unique makes any storage command a comparison") func compare() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    func cas() -> UInt64 { BinaryAnswer.all(client.ask(BinaryFrame.get("a").bytes)).answers.first?.cas ?? 0 }
    _ = client.ask([.set("a", "1")])
    for opcode: UInt8 in [0x01, 0x02, 0x03] {
      #expect(
        client.ask([.set("a", "2", cas: cas(), opcode), .set("a", "3", cas: 5, opcode)]).map { $0.prefix(8) } == [
          "#0 0\(opcode) 00", "#1 0\(opcode) 02",
        ])
    }
    #expect(
      client.ask([.append("a", "3", cas: cas()), .append("a", "4", cas: 5, 0x0f), .get("a")]) == [
        "#0 0e 00 cas", "#1 0f 02 Data exists for key.", "#2 00 00 cas extras=00000000 23",
      ])
  }
}
