import Testing

/// Many clients with a request each: their answers leave together, and are each one's own all the same.
@Suite("A crowd of clients")
struct CrowdTests {
  let rig = Rig()

  static func value(_ number: Int, _ round: Int) -> String {
    "\(number)/\(round)/" + String(repeating: "v", count: [10, 100, 1_000, 3_000, 6_000][(number + round) % 5])
  }

  static func store(_ number: Int, _ round: Int) -> String {
    let value = value(number, round)
    return "set k\(number) 0 0 \(value.utf8.count)\r\n\(value)\r\n"
  }

  static func block(_ number: Int, _ round: Int) -> String {
    let value = value(number, round)
    return "VALUE k\(number) 0 \(value.utf8.count)\r\n\(value)\r\nEND\r\n"
  }

  @Test("Each of 200 gets its own answers, whatever the others among them do") func crowd() throws {
    let daemon = try rig.daemon("-t", "2")
    let clients = try (0..<200).map { _ in try daemon.client() }
    // One of them reads nothing until the end.
    let sleeper = try daemon.client()
    _ = try sleeper.ask(Self.store(1_000, 3))
    for round in 0..<20 {
      for (number, client) in clients.enumerated() { try client.send(Self.store(number, round)) }
      try sleeper.send("get k1000\r\n")
      // Gone before it can be answered, with and without a good-bye; and one that will send no more.
      let gone = try daemon.client()
      try gone.send("get k1\r\n")
      if round % 2 == 0 { gone.resetOnClose() }
      let ending = try daemon.client()
      try ending.send("get k1000\r\n")
      ending.endOutput()
      for client in clients { #expect(try client.line() == "STORED\r\n") }
      #expect(try ending.rest() == Self.block(1_000, 3))
      for (number, client) in clients.enumerated() { try client.send("get k\(number)\r\n") }
      for (number, client) in clients.enumerated() {
        #expect(try client.read(until: "END\r\n") == Self.block(number, round))
      }
    }
    for _ in 0..<20 { #expect(try sleeper.read(until: "END\r\n") == Self.block(1_000, 3)) }
  }

  @Test("Two requests in two packets are answered in order, also by a daemon that is asked to end") func twoPackets()
    throws
  {
    let daemon = try rig.daemon("-t", "1")
    let clients = try (0..<100).map { _ in try daemon.client() }
    for round in 0..<20 {
      for client in clients { try client.send("set n 0 0 1\r\n1\r\nincr") }
      for client in clients { try client.send(" n 0\r\n") }
      for client in clients { try client.send("get none\r\n") }
      for client in clients {
        #expect(try client.line() == "STORED\r\n" && client.line() == "1\r\n" && client.line() == "END\r\n", "\(round)")
      }
    }
    for client in clients { try client.send("get none\r\n") }
    let executed = "\(100 * (20 + 1))"
    let monitor = try daemon.client()
    #expect(try eventually { try monitor.statistic("cmd_get") == executed })
    // What was executed before this is answered, and each client's connection ends in order.
    #expect(daemon.end() == .exited(0))
    for client in clients { #expect(try client.rest() == "END\r\n") }
  }
}
