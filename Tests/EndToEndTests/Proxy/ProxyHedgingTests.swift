import Testing

@Suite("magent's late reads")
struct ProxyHedgingTests {
  let rig = Rig()

  private func field(_ percentile: Int) throws -> (pair: Pair, ways: [Relay], magent: Daemon) {
    let pair = try Pair(rig, .bothConnect, options: ["-m", "16", "-t", "1"])
    let ways = [try rig.relay(to: pair.sideA.port), try rig.relay(to: pair.sideB.port)]
    let magent = try rig.magent(
      [
        "-s", "127.0.0.1:\(ways[0].port)|127.0.0.1:\(ways[1].port)", "-t", "1", "--timeout=20000",
        "--hedge-percentile=\(percentile)",
      ])
    return (pair, ways, magent)
  }

  private func statistic(_ name: String, _ magent: Daemon) throws -> String? {
    try magent.client().statistics("proxy").first { $0.name == name }?.value
  }

  @Test("A side that stalls costs no timeout: the other is asked too, whatever the way of asking") func stalled() throws
  {
    let (pair, ways, magent) = try field(99)
    let client = try magent.client()
    for number in 0..<100 { #expect(try client.store("set", "k\(number)", "v\(number)") == "STORED") }
    #expect(try eventually { try pair.b.client().statistic("curr_items") == "100" })
    for number in 0..<100 { #expect(try client.text(of: "k\(number)") == "v\(number)") }
    ways[0].stall()
    #expect(try client.text(of: "k1") == "v1")
    #expect(try client.ask("mg k2 v\r\n", until: "v2\r\n") == "VA 2\r\nv2\r\n")
    let text = try client.ask("get k3 none k4 k5\r\n", until: "END\r\n")
    #expect(text == "VALUE k3 0 2\r\nv3\r\nVALUE k4 0 2\r\nv4\r\nVALUE k5 0 2\r\nv5\r\nEND\r\n")
    let pipelined = try magent.client()
    try pipelined.send((10..<40).map { "get k\($0)\r\n" }.joined())
    let expected = (10..<40).map { "VALUE k\($0) 0 3\r\nv\($0)\r\nEND\r\n" }.joined()
    #expect(String(decoding: try pipelined.bytes(expected.utf8.count), as: UTF8.self) == expected)
    #expect(Int(try statistic("hedged_reads", magent) ?? "") ?? 0 >= 33)
    #expect(try statistic("timeouts", magent) == "0")
    // What the other side does not have, the first is waited for.
    try client.send("get none\r\nget k6\r\n")
    #expect(client.available() == "")
    ways[0].pass()
    #expect(try client.read(until: "v6\r\nEND\r\n") == "END\r\nVALUE k6 0 2\r\nv6\r\nEND\r\n")
    for number in 0..<100 { #expect(try client.text(of: "k\(number)") == "v\(number)") }
    #expect(try client.store("set", "k1", "new") == "STORED" && client.text(of: "k1") == "new")
  }

  @Test("Without it nobody else is asked, and writes are never asked twice") func off() throws {
    let (pair, ways, magent) = try field(0)
    let client = try magent.client()
    #expect(try client.store("set", "n", "1") == "STORED")
    ways[0].stall()
    try client.send("get n\r\n")
    #expect(try magent.client().command("version").hasPrefix("VERSION "))
    ways[0].pass()
    #expect(try client.read(until: "END\r\n") == "VALUE n 0 1\r\n1\r\nEND\r\n")
    #expect(try statistic("hedged_reads", magent) == "0")
    let hedging = try rig.magent(
      [
        "-s", "127.0.0.1:\(ways[0].port)|127.0.0.1:\(ways[1].port)", "-t", "1", "--timeout=20000",
        "--hedge-percentile=50",
      ])
    let other = try hedging.client()
    for _ in 0..<50 { #expect(try other.text(of: "n") == "1") }
    ways[0].stall()
    try other.send("incr n 1\r\nget n\r\n")
    #expect(try eventually { try statistic("hedged_reads", hedging) == "1" })
    ways[0].pass()
    #expect(try other.line() == "2\r\n")
    _ = try other.read(until: "END\r\n")
    #expect(try settled(on: "2") { try pair.b.client().text(of: "n") } == "2")
  }
}
