import Foundation
import TestSupport
import Testing

@Suite("The meta commands, over a socket")
struct MetaProtocolTests {
  let rig = Rig()

  private func run(_ rows: [Exchange], _ feed: (Client, [UInt8]) throws -> Void) throws {
    let daemon = try rig.daemon()
    for row in rows {
      let answer = try row.perform(on: daemon, feed)
      #expect(
        matches(answer, row.expected()),
        "\(row.name): \(answer.prefix(2000).debugDescription), not \(row.expected().prefix(2000).debugDescription)")
    }
  }

  @Test("Every row of the table is answered byte for byte") func tableWhole() throws {
    try run(Exchange.meta) { try $0.send($1) }
  }

  @Test("and the same when it arrives byte by byte") func tableDripped() throws {
    try run(Exchange.meta.filter { $0.input.utf8.count < 2000 }) { try $0.drip($1) }
  }

  @Test("and the same when all of it arrives at once, in pieces cut anywhere", .enabled(if: Executable.isRepcached))
  func tablePipelined() throws {
    let client = try rig.daemon().client()
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    let usual = Exchange.meta.filter { !$0.closes && $0.input.utf8.count < 100_000 }
    let rows = (0..<20).flatMap { _ in usual.shuffled(using: &random) }
    var input = Array(rows.map { Exchange.preparation + $0.input }.joined().utf8)[...]
    input += Array("quit\r\n".utf8)
    while !input.isEmpty {
      let piece = input.prefix(Int.random(in: 1...9_000, using: &random))
      try client.send(Array(piece))
      input = input.dropFirst(piece.count)
    }
    let answer = try client.rest()
    #expect(matches(answer, rows.map { $0.expected() }.joined()), "seed \(seed)")
  }

  @Test("A value that nobody has looked at for a while is some seconds old, and one that was just set none")
  func lastAccess() throws {
    let client = try rig.daemon().client()
    #expect(try client.ask("set a 0 0 1\r\n1\r\nmg a l u\r\n", until: "HD l0\r\n") == "STORED\r\nHD l0\r\n")
    #expect(try eventually(.within(.seconds(20))) { try client.ask("mg a l u\r\n") != "HD l0\r\n" })
  }

  @Test(
    "Replies that the client does not read are waited with, and all of them come", .enabled(if: Executable.isRepcached))
  func slowReader() throws {
    let client = try rig.daemon().client()
    let (value, large) = (String(repeating: "v", count: 8000), String(repeating: "w", count: 100_000))
    let stored = try client.ask("ms a 8000\r\n\(value)\r\nms b 100000\r\n\(large)\r\n", until: "HD\r\nHD\r\n")
    #expect(stored == "HD\r\nHD\r\n")
    let requests = String(repeating: "mg a v\r\nmg b v s\r\nmg a k v\r\nmg b v T0\r\n", count: 300) + "mn\r\n"
    try client.send(requests)
    let round =
      "VA 8000\r\n\(value)\r\nVA 100000 s100000\r\n\(large)\r\nVA 8000 ka\r\n\(value)\r\nVA 100000\r\n\(large)\r\n"
    for _ in 0..<300 { #expect(try client.bytes(round.utf8.count) == Array(round.utf8)) }
    #expect(try client.line() == "MN\r\n")
  }
}
