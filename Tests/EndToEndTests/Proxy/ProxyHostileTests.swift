import Testing

@Suite("magent and servers that are broken")
struct ProxyHostileTests {
  let rig = Rig()

  /// What a broken server says to a `get` or a `set`.
  static let nonsenseAnswers: [String] = [
    "HTTP/1.1 400 Bad Request\r\n\r\n", "VALUE k 0 5\r\nabcde\r\nVALUE k 0 5\r\nabcde\r\nEND\r\n",
    "VALUE other 0 1\r\nx\r\nEND\r\n", "VALUE k 0 99999999999999999999\r\n", "VALUE k 0 3\r\nabcdef\r\nEND\r\n",
    "VALUE k 0 -1\r\n\r\nEND\r\n", "END\n", "\r\n\r\n", "STORED\r\nSTORED\r\n", "END\r\nEND\r\n",
    String(repeating: "x", count: 100_000), "VALUE k 0 2000000000\r\n", "VALUE k\r\nEND\r\n", "17\r\n",
    "\u{0}\u{1}\u{2}\r\n",
  ]

  @Test("Nonsense is no answer: the client gets an error, the server is dropped and marked", arguments: nonsenseAnswers)
  func nonsense(answer: String) throws {
    let server = try FalseServer { $0.hasPrefix("version") ? "VERSION 1\r\n" : answer }
    defer { server.end() }
    let magent = try rig.magent(["-s", "127.0.0.1:\(server.port)", "--retry-interval=3600000", "--timeout=500"])
    let client = try magent.client()
    let told = try client.command("get k")
    // An answer that nobody asked for comes behind one that somebody did.
    #expect(told.hasPrefix("SERVER_ERROR ") || told == "END" && answer.hasPrefix("END\r\n"), "\(told)")
    #expect(try client.command("get k").hasPrefix("SERVER_ERROR "))
    #expect(try client.command("version").hasPrefix("VERSION "))
    #expect(eventually { magent.log.contains { $0.contains("is dead: ") } })
  }

  @Test("A server that hangs up after each command is no reason to lose the client") func hangsUp() throws {
    let server = try FalseServer { _ in nil }
    defer { server.end() }
    let magent = try rig.magent(["-s", "127.0.0.1:\(server.port)"])
    let client = try magent.client()
    for _ in 0..<5 { #expect(try client.command("get k").hasPrefix("SERVER_ERROR ")) }
    #expect(try client.store("set", "k", "1").hasPrefix("SERVER_ERROR "))
    #expect(try client.command("incr k 1").hasPrefix("SERVER_ERROR "))
  }

  @Test("A server that says nothing is given up, and another one's keys never wait for it") func saysNothing() throws {
    let server = try FalseServer { _ in "" }
    defer { server.end() }
    let good = try rig.daemon()
    let magent = try rig.magent(
      [
        "-s", "127.0.0.1:\(server.port)", "-s", "\(good.endpoint)", "--timeout=300", "--retry-interval=3600000", "-t",
        "1",
      ])
    let client = try magent.client()
    let answers = try (0..<20).map { try client.store("set", "k\($0)", "1") }
    #expect(answers.contains("STORED"))
    #expect(answers.contains { $0.hasPrefix("SERVER_ERROR ") })
    #expect(try client.statistics("proxy").first { $0.name == "timeouts" }?.value == "1")
  }

  @Test("More requests than may be under way to a server are refused at once") func depth() throws {
    let server = try FalseServer { _ in "" }
    defer { server.end() }
    let magent = try rig.magent(
      ["-s", "127.0.0.1:\(server.port)", "--timeout=2000", "--max-pending=10", "-t", "1", "--retry-interval=3600000"])
    let client = try magent.client()
    try client.send(String(repeating: "get k\r\n", count: 30))
    var busy = 0
    for _ in 0..<30 where try client.line().contains("too many requests") { busy += 1 }
    #expect(busy == 20)
  }

  @Test("Clients that send nonsense are told so or closed, and the others are served") func hostileClients() throws {
    let field = try ProxyField(mains: 2)
    let client = try field.client()
    #expect(try client.store("set", "k", "1") == "STORED")
    let lines = [
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n", String(repeating: "y", count: 100_000), "set k 0 0 -1\r\n", "set k 0 0\r\n",
      "get \(String(repeating: "k", count: 251))\r\n", "get\r\n", "\r\n\r\n", "\u{80}\u{1}\u{0}",
      "set k 0 0 2000000000\r\nabc", "gat x k\r\n", "mg\r\n", "ms k x\r\n", "stats \r\n", "cas k 0 0 1\r\nx\r\n",
    ]
    for line in lines {
      let hostile = try field.client()
      try? hostile.send(line)
      hostile.endOutput()
      _ = try hostile.restBytes()
      #expect(try client.text(of: "k") == "1", "\(line.prefix(40))")
    }
  }
}
