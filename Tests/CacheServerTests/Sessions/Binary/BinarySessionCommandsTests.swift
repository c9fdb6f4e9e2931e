import TestSupport
import Testing

@testable import CacheServer

@Suite("Commands of the binary protocol's session")
struct BinarySessionCommandsTests {
  private func ask(_ frames: BinaryFrame...) throws -> [String] { try WorkerRig().client().ask(frames) }

  @Test("delete says whether there was something, or another cas unique") func delete() throws {
    let answers = try ask(
      .delete("a"), .set("a", "1"), .delete("a", cas: 9), .delete("a", 0x14), .delete("a", 0x14), .get("a"))
    #expect(
      answers == [
        "#0 04 01 Not found", "#1 01 00 cas", "#2 04 02 Data exists for key.", "#4 14 01 Not found",
        "#5 00 01 Not found",
      ])
  }

  @Test("incr and decr count, and begin where they are told to") func arithmetic() throws {
    let answers = try ask(
      .increment("n", by: 1), .increment("n", by: 1, initial: 10, exptime: 0), .increment("n", by: 5, 0x15),
      .increment("n", by: 1, 0x06), .increment("n", by: 1, cas: 3), .set("n", "x"), .increment("n", by: 1))
    #expect(
      answers == [
        "#0 05 01 Not found", "#1 05 00 cas 000000000000000a", "#3 06 00 cas 000000000000000e",
        "#4 05 02 Data exists for key.", "#5 01 00 cas", "#6 05 06 Non-numeric server-side value for incr or decr",
      ])
  }

  @Test("flush, noop, version, verbosity, and what there is not") func administration() throws {
    let rig = try WorkerRig()
    let answers = try rig.client().ask([
      .set("a", "1"), BinaryFrame(0x18), .get("a"), BinaryFrame(0x08, extras: [0, 0, 0, 9]), BinaryFrame(0x0b),
      BinaryFrame(0x1b, extras: [0, 0, 0, 1]), BinaryFrame(0x20), BinaryFrame(0x99, "key", value: [1]), .noop,
    ])
    #expect(
      answers == [
        "#0 01 00 cas", "#2 00 01 Not found", "#3 08 00", "#4 0b 00 \(Settings.version)", "#5 1b 00",
        "#6 20 81 Unknown command", "#7 99 81 Unknown command", "#8 0a 00",
      ])
    #expect(rig.context.verbosity == 1)
  }

  private static let goodbyes: [(UInt8, [String])] = [(0x07, ["#0 07 00"]), (0x17, [])]

  @Test("quit says good-bye, quitq does not", arguments: goodbyes)
  func quit(_ opcode: UInt8, _ answers: [String]) throws {
    let client = try WorkerRig().client()
    #expect(client.ask([BinaryFrame(opcode), .noop]) == answers && client.isAtEnd)
  }
}
