import TestSupport
import Testing

@Suite("The binary protocol, over a socket")
struct BinaryProtocolTests {
  let rig = Rig()

  @Test("Every row of the table is answered as it says") func tableWhole() throws {
    let daemon = try rig.daemon()
    for row in BinaryExchange.table {
      let answers = try row.perform(on: daemon) { try $0.send($1) }
      #expect(answers == row.expected, "\(row.name)")
    }
  }

  @Test("and the same when it arrives byte by byte") func tableDripped() throws {
    let daemon = try rig.daemon()
    for row in BinaryExchange.table where row.isShort {
      let answers = try row.perform(on: daemon) { try $0.drip($1) }
      #expect(answers == row.expected, "\(row.name)")
    }
  }

  @Test("and the same when all of it arrives at once, in pieces cut anywhere", .enabled(if: Executable.isRepcached))
  func tablePipelined() throws {
    let client = try rig.daemon().client()
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    let rows = BinaryExchange.table.filter { !$0.closes && $0.isShort }.shuffled(using: &random)
    let emptied = ["a", "b", "n"].map { BinaryFrame.delete($0) }
    var input = rows.flatMap { (emptied + $0.frames).numbered }[...]
    input += BinaryFrame(0x07).bytes
    while !input.isEmpty {
      let piece = input.prefix(Int.random(in: 1...9_000, using: &random))
      try client.send(Array(piece))
      input = input.dropFirst(piece.count)
    }
    var answers = BinaryAnswer.all(try client.restBytes()).answers[...]
    for row in rows {
      answers = answers.dropFirst(emptied.count)
      let own = answers.prefix(row.answers.count).map { $0.description.drop { $0 != " " } }
      #expect(own == row.answers.map { $0.drop { $0 != " " } }, "seed \(seed), \(row.name)")
      answers = answers.dropFirst(row.answers.count)
    }
    #expect(answers.map(\.opcode) == [0x07])
  }

  @Test("Values of any bytes and of every length around a power of two come back as they were") func anySize() throws {
    let client = try rig.daemon().client()
    let every = [UInt8](0...255)
    for power in 0...19 {
      for count in [1 << power - 1, 1 << power, 1 << power + 1] {
        let value = Array(repeatElement(every, count: count / 256 + 1).joined().prefix(count))
        let stored = try client.ask(BinaryFrame(0x01, "a", extras: Array(repeating: 0, count: 8), value: value))
        #expect(stored.status == 0)
        #expect(try client.ask(.get("a")).value == value, "\(count) bytes")
      }
    }
  }

  @Test("Each mutation gives a new cas unique, which its answer has, and with it the next one is allowed")
  func casUnique()
    throws
  {
    let client = try rig.daemon().client()
    let chain: [(UInt64) -> BinaryFrame] = [
      { .set("a", "1", cas: $0) }, { .set("a", "2", cas: $0, 0x03) }, { .append("a", "3", cas: $0) },
      { .append("a", "4", cas: $0, 0x0f) }, { .increment("a", by: 1, cas: $0) },
      { .increment("a", by: 1, cas: $0, 0x06) }, { .set("a", "9", cas: $0, 0x02) },
    ]
    var cas: UInt64 = 0
    var seen: Set<UInt64> = []
    for (place, frame) in chain.enumerated() {
      let answer = try client.ask(frame(cas))
      #expect(answer.status == 0 && seen.insert(answer.cas).inserted, "\(place)")
      cas = answer.cas
      #expect(try client.ask(.get("a")).cas == cas)
    }
    #expect(try client.ask(.get("a")).text == "9")
    #expect(try client.ask(.touch("a", 100)).cas == cas, "a touch is no change of the value")
    #expect(try client.ask(.delete("a", cas: cas)).status == 0)
  }

  @Test("Both protocols on one daemon, and each sees what the other has written") func both() throws {
    let daemon = try rig.daemon()
    let (text, client) = (try daemon.client(), try daemon.client())
    #expect(try client.ask(.set("a", "binary", flags: 7)).status == 0)
    let item = try text.fetch("a")
    #expect(item?.text == "binary" && item?.flags == 7)
    #expect(try client.ask(.get("a")).cas == item?.cas)
    #expect(try text.store("append", "a", " and text") == "STORED")
    #expect(try client.ask(.get("a")).text == "binary and text")
    #expect(try client.ask(.increment("n", by: 1, initial: 41, exptime: 0)).status == 0)
    #expect(try text.command("incr n 1") == "42")
    #expect(try client.ask(.delete("n")).status == 0)
    #expect(try text.text(of: "n") == nil)
  }

  @Test("flush empties the cache, at once or later") func flush() throws {
    let client = try rig.daemon().client()
    #expect(try client.ask(.set("a", "1")).status == 0)
    #expect(try client.ask(BinaryFrame(0x08, extras: BinaryFrame.network(UInt32(1_000)))).status == 0)
    #expect(try client.ask(.get("a")).status == 0)
    #expect(try client.ask(BinaryFrame(0x08)).status == 0)
    #expect(try client.ask(.get("a")).status == 1)
    #expect(try client.ask(.set("a", "1")).status == 0)
    try client.send([BinaryFrame(0x18), .get("a")])
    #expect(try client.answer().description == "#1 00 01 Not found", "the quiet one says nothing")
  }

  @Test("With -F a flush is refused, a quiet one too; with -C every cas unique is 0, and storage commands compare none")
  func switches() throws {
    let client = try rig.daemon("-F", "-C").client()
    try client.send([
      .set("a", "1"), BinaryFrame(0x08), BinaryFrame(0x18), .get("a"), .set("a", "2", cas: 7),
      .append("a", "3", cas: 7),
      .set("a", "4", cas: 7, 0x02), .increment("a", by: 1, cas: 7), .delete("a", cas: 7), .get("a"),
    ])
    #expect(
      try (0..<10).map { _ in try client.answer().description } == [
        "#0 01 00", "#1 08 20 Auth failure.", "#2 18 20 Auth failure.", "#3 00 00 extras=00000000 1", "#4 01 00",
        "#5 0e 00", "#6 02 02 Data exists for key.", "#7 05 02 Data exists for key.", "#8 04 02 Data exists for key.",
        "#9 00 00 extras=00000000 23",
      ])
    #expect(try client.binaryStatistics().first { $0.key == Array("cmd_flush".utf8) }?.text == "0", "in text it counts")
  }
}
