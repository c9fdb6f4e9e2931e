import Testing

@Suite("Pairs of repcached behind magent")
struct ProxyPairTests {
  let rig = Rig()

  /// Two that hold the same.
  private func pair() throws -> (one: Daemon, other: Daemon) {
    let link = try FreePorts.next()
    let one = try rig.daemon("-X", "\(link)", "-m", "16", "-t", "1")
    let other = try rig.daemon("-X", "\(link)", "-x", "127.0.0.1", "-m", "16", "-t", "1")
    #expect(eventually { (try? one.client().linkStatistic("state")) == "stream" })
    #expect(eventually { (try? other.client().linkStatistic("state")) == "stream" })
    return (one, other)
  }

  @Test("A side that is killed is not noticed: not an error, not a miss, and writes go on") func killedSide() throws {
    let pairs = [try pair(), try pair()]
    let magent = try rig.magent(
      pairs.flatMap { ["-s", "\($0.one.endpoint)|\($0.other.endpoint)"] } + ["--retry-interval=50", "--timeout=500"])
    let client = try magent.client()
    for number in 0..<200 { #expect(try client.store("set", "k\(number)", "v\(number)") == "STORED") }
    let last = try pairs.map { try $0.other.client() }
    let counts = { try last.map { Int(try $0.statistic("curr_items") ?? "") ?? 0 } }
    #expect(try eventually { try counts().reduce(0, +) == 200 })
    for pair in pairs { pair.one.kill() }
    for number in 0..<200 { #expect(try client.text(of: "k\(number)") == "v\(number)") }
    #expect(
      try client.ask("get \((0..<200).map { "k\($0)" }.joined(separator: " "))\r\n", until: "END\r\n")
        .split(separator: "\r\n").count { $0.hasPrefix("VALUE ") } == 200)
    for number in 0..<200 { #expect(try client.store("set", "k\(number)", "w") == "STORED") }
    #expect(try client.store("set", "n", "1") == "STORED")
    #expect(try client.command("incr n 1") == "2")
    #expect(try client.ask("mg k1 v\r\n", until: "w\r\n") == "VA 1\r\nw\r\n")
  }

  @Test("Each side of a pair holds what was written through the other, and both dead is an error at once")
  func bothDead() throws {
    let pair = try pair()
    let magent = try rig.magent(["-s", "\(pair.one.endpoint)|\(pair.other.endpoint)", "--retry-interval=50"])
    let client = try magent.client()
    #expect(try client.store("set", "k", "1") == "STORED")
    #expect(try settled(on: "1") { try pair.other.client().text(of: "k") } == "1")
    pair.one.kill()
    #expect(try client.text(of: "k") == "1")
    pair.other.kill()
    #expect(try client.command("get k").hasPrefix("SERVER_ERROR "))
    #expect(try client.store("set", "k", "2").hasPrefix("SERVER_ERROR "))
    #expect(try client.command("version").hasPrefix("VERSION "))
  }

  @Test("A side that takes connections and closes them, as one that ends may for a moment, is not noticed")
  func endingSide() throws {
    let other = try rig.daemon("-X", "0", "-t", "1")
    let ending = try FalseServer { _ in nil }
    let magent = try rig.magent(["-t", "1", "-s", "127.0.0.1:\(ending.port)|\(other.endpoint)"])
    let client = try magent.client()
    #expect(try client.store("set", "k", "1") == "STORED")
    #expect(try client.text(of: "k") == "1")
    #expect(magent.logs("magent: 127.0.0.1:\(ending.port) is dead: the connection was closed"))
    #expect(try client.ask("mg k v\r\n", until: "\n1\r\n") == "VA 1\r\n1\r\n")
    ending.end()
  }

  @Test("A pair is no place for -b") func noBackups() throws {
    for arguments in [
      ["-s", "a|b", "-b", "c"], ["-s", "a", "-b", "b|c"], ["-s", "a|a"], ["-s", "a|"], ["-s", "a|b|c"],
    ] {
      let run = try Run(arguments, program: Executable.magent)
      #expect(run.isRefusal && run.ending == .exited(64), "\(run)")
    }
  }
}
