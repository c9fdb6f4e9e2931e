import Replication
import TestSupport
import Testing

@testable import CacheServer

/// `-o repl_ack`, one gate for the two protocols of a worker.
@Suite("The gate that a worker's sessions share")
struct SharedAckGateTests {
  private let journal = CountingJournal()
  private let rig: WorkerRig

  init() throws {
    rig = try WorkerRig(journal: journal) { $0.peering.acknowledgementMilliseconds = 60_000 }
    journal.begin()
  }

  private func ask(_ frames: [BinaryFrame], refused: [Int]) throws -> [String] {
    let client = try rig.client()
    let first = Int(journal.position)
    client.send(frames.numbered)
    client.readAll()
    #expect(client.take() == [], "nothing is answered before the peer's word")
    for number in refused { journal.reject(first + number, .refused) }
    journal.acknowledge(in: rig)
    client.readAll()
    return client.takeAnswers()
  }

  private static func refused(_ opaque: Int, _ opcode: String) -> String {
    "#\(opaque) \(opcode) 86 Not stored: the peer refused it"
  }

  @Test("What the peer refused is a frame with a status, in the place of the answer, or where a quiet one has none")
  func frames() throws {
    let answers = try ask(
      [
        .set("a", "1"), .set("b", "1", 0x11), .set("c", "1", 0x11), .set("d", "1"), .get("d"), .set("e", "1", 0x11),
        .noop,
      ],
      refused: [0, 1, 4])
    #expect(
      answers == [
        Self.refused(0, "01"), Self.refused(1, "11"), "#3 01 00 cas", "#4 00 00 cas extras=00000000 1",
        Self.refused(5, "11"), "#6 0a 00",
      ])
  }

  @Test("Values that go out from their items keep their place, also right before a quiet write") func segments() throws
  {
    let value = String(repeating: "v", count: 40_000)
    _ = try ask([.set("large", value)], refused: [])
    let large = "00 cas extras=00000000 40000 bytes"
    let answers = try ask(
      [.get("large"), .set("a", "1", 0x11), .get("large"), .set("b", "1"), .get("large"), .set("c", "1", 0x11), .noop],
      refused: [0, 1, 2])
    #expect(
      answers == [
        "#0 00 \(large)", Self.refused(1, "11"), "#2 00 \(large)", Self.refused(3, "01"), "#4 00 \(large)",
        Self.refused(5, "11"), "#6 0a 00",
      ])
    #expect(rig.endAndAudit() == [])
  }

  @Test("Every command that writes a value is told; what gat has read was true") func commands() throws {
    _ = try ask([.set("n", "5"), .set("t", "1")], refused: [])
    let writes: [(BinaryFrame, String)] = [
      (.increment("n", by: 1), "05"), (.increment("n", by: 1, 0x16), "16"), (.touch("t", 100), "1c"),
      (.append("t", "x"), "0e"), (.append("t", "x", 0x1a), "1a"), (.set("new", "1", 0x12), "12"),
      (.increment("made", by: 1, exptime: 0), "05"),
    ]
    for (frame, opcode) in writes { #expect(try ask([frame], refused: [0]) == [Self.refused(0, opcode)]) }
    #expect(try ask([.touch("n", 100, 0x1d)], refused: [0]).first?.hasPrefix("#0 1d 00 cas") == true)
    #expect(try ask([.delete("n")], refused: []) == ["#0 04 00"])
  }

  @Test("Clients of both protocols wait for the same peer, and each is told of its own writes") func both() throws {
    let (text, binary) = (try rig.client(), try rig.client())
    let first = Int(journal.position)
    text.send("set a 0 0 1\r\nx\r\n")
    binary.send([.set("b", "1"), .set("c", "1", 0x11)].numbered)
    text.send("set d 0 0 1\r\nx\r\n")
    for client in [text, binary] {
      client.readAll()
      #expect(client.take() == [])
    }
    for number in [0, 2] { journal.reject(first + number, .refused) }
    journal.acknowledge(in: rig)
    binary.readAll()
    #expect(binary.takeAnswers() == ["#0 01 00 cas", Self.refused(1, "11")])
    text.readAll()
    #expect(text.takeText().hasPrefix("SERVER_ERROR not stored: the peer refused it\r\n"))
  }
}
