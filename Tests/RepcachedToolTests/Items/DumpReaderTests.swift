import TestSupport
import Testing

@testable import repcached_tool

@Suite("Reading a dump")
struct DumpReaderTests {
  /// The items, or the fault, of a dump that comes in pieces of so many bytes.
  private func items(_ bytes: [UInt8], by size: Int = .max) throws(ToolError) -> [StoredItem] {
    var rest = bytes[...]
    var reader = DumpReader { () throws(ToolError) in
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
    var found: [StoredItem] = []
    while let item = try reader.next() { found.append(item) }
    return found
  }

  @Test("What was dumped is read again, in pieces of any size") func roundTrip() throws {
    let dumped = [
      StoredItem(key: [97], flags: 0, expiresAt: nil, value: []),
      StoredItem(key: [98], flags: .max, expiresAt: 1_700_000_000, value: [13, 10, 0, 255]),
      StoredItem(key: [99], flags: 1, expiresAt: nil, value: Array(repeating: 7, count: 5000)),
    ]
    let bytes = dumped.flatMap { $0.command("add") }
    for size in [1, 2, 3, 100, .max] { #expect(try items(bytes, by: size) == dumped) }
    #expect(try items(Array("\n\r\n".utf8) + dumped[0].command("set")) == [dumped[0]])
    #expect(try items([]) == [])
  }

  @Test(
    "What is none is told with its line, and nothing is read by a length that cannot be",
    arguments: [
      "get a\r\n", "add a 0 0\r\n", "add a 0 0 x\r\n", "add a 0 0 4000000000\r\n", "add a 0 0 2000000000\r\n",
      "add a 0 0 2\r\na\r\n", "add a 0 0 2\r\nabc\r\n", "add a 0 0 1", "add a -1 0 1\r\na\r\n",
      "add a 0 0 1 noreply\r\na\r\n",
    ])
  func faults(text: String) {
    let error = #expect(throws: ToolError.self) { try items(Array(text.utf8)) }
    #expect(error?.status == .wrong && error?.description.contains("dump") == true)
  }

  @Test("Bytes by chance end in items or a fault") func random() {
    var random = SeededRandom(seed: 17)
    let alphabet = Array("add set 0 1 9\r\nab".utf8)
    for _ in 0..<2000 {
      let count = Int.random(in: 0..<40, using: &random)
      let bytes = (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
      _ = try? items(bytes, by: 3)
    }
  }

  @Test("A line without an end is not gathered for ever") func endless() {
    #expect(throws: ToolError.self) { try items(Array(repeating: 97, count: 100_000), by: 1000) }
  }
}
