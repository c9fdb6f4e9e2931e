import Testing

/// What monitors get by HTTP, and what the exporter gets by `stats`.
@Suite("Metrics", .enabled(if: Executable.isRepcached, "memcached serves no HTTP"))
struct MetricsTests {
  let rig = Rig()

  private func daemon(_ options: String...) throws -> (daemon: Daemon, http: UInt16) {
    let port = try FreePorts.next()
    return (try rig.daemon(["-o", "http=127.0.0.1:\(port)"] + options), port)
  }

  /// By name with labels, of lines that are no comment.
  private func series(_ text: String) -> [String: Double] {
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ") }
    return Dictionary(lines.map { (String($0[0]), Double($0[1]) ?? .nan) }, uniquingKeysWith: { _, _ in .nan })
  }

  @Test("The exporter reads in stats what /metrics tells") func exporter() throws {
    let (daemon, http) = try daemon("-m", "8")
    let client = try daemon.client()
    for number in 0..<200 { _ = try client.store("set", "k\(number)", String(repeating: "v", count: 100 * number)) }
    for command in ["get k1", "get none", "incr none 1", "touch k2 0", "delete k3", "delete none"] {
      try client.send(command + "\r\n")
    }
    _ = try client.ask(
      "cas k4 0 0 1 1\r\n1\r\ncas none 0 0 1 1\r\n1\r\nversion\r\n", until: "VERSION \(Executable.version)\r\n")
    // A page taken or given back, or a second that ends, between the two readings is no difference: both are read again.
    let differences = try settled(on: [String]()) {
      let expected = try ExporterReading(client).series
      let told = series(try HTTPAnswer.get("/metrics", port: http).body)
      guard expected.count > 100 else { return ["only \(expected.count) series"] }
      return expected.filter { told["memcached_\($0.key)"] != $0.value }.map { "\($0.key): \($0.value)" }.sorted()
    }
    #expect(differences.isEmpty)
    let told = series(try HTTPAnswer.get("/metrics", port: http).body)
    #expect(told["memcached_commands_total{command=\"set\",status=\"hit\"}"] == 200)
    #expect(told["memcached_up"] == 1)
  }

  @Test("No counter that the exporter forms is below zero, while clients do nothing but cas") func differences() throws
  {
    let (daemon, _) = try daemon()
    let hasEnded = Flag()
    let endpoint = daemon.endpoint
    let writers = (0..<2).map { number in
      Background.start {
        let client = try Client(to: endpoint)
        _ = try client.store("set", "k\(number)", "1")
        while !hasEnded.isSet {
          try client.send(String(repeating: "cas k\(number) 0 0 1 1\r\n1\r\ncas none 0 0 1 1\r\n1\r\n", count: 50))
          for _ in 0..<100 { _ = try client.line() }
        }
        return true
      }
    }
    let client = try daemon.client()
    for _ in 0..<300 {
      let negative = try ExporterReading(client).series.filter { $0.value < 0 }
      #expect(negative.isEmpty, "\(negative)")
    }
    hasEnded.set()
    for writer in writers { #expect(try writer.value()) }
  }

  @Test("Health and readiness follow the pair") func readiness() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let (httpA, httpB) = (try FreePorts.next(), try FreePorts.next())
    sideA.options = ["-o", "http=127.0.0.1:\(httpA)"]
    sideB.options = ["-o", "http=127.0.0.1:\(httpB)"]
    let a = try rig.start(sideA)
    #expect(try HTTPAnswer.get("/readyz", port: httpA).body == "ready, without a peer\n")
    let b = try rig.start(sideB)
    for daemon in [a, b] { try daemon.mustStream() }
    for port in [httpA, httpB] {
      #expect(try settled(on: "ready\n") { try HTTPAnswer.get("/readyz", port: port).body } == "ready\n")
      let told = series(try HTTPAnswer.get("/metrics", port: port).body)
      #expect(told["repcached_pair_state{state=\"stream\"}"] == 1 && told["repcached_pair_state{state=\"copy\"}"] == 0)
    }
    b.kill()
    #expect(a.logs("replication: close"))
    let alone = try settled(on: "ready, without a peer\n") { try HTTPAnswer.get("/readyz", port: httpA).body }
    #expect(alone == "ready, without a peer\n")
    #expect(try HTTPAnswer.get("/healthz", port: httpA).status == 200)
  }

  @Test("Who waits for its peer before it serves is not ready, and says so") func notReady() throws {
    let silent = try FreePorts.next()
    let listener = try Kernel.listen(on: .local(silent))
    defer { Kernel.close(listener) }
    let (port, http) = (try FreePorts.next(), try FreePorts.next())
    let daemon = try rig.launch(
      ["-x", "127.0.0.1", "-X", "\(try FreePorts.next()):\(silent)", "-o", "repl_wait=600000,http=127.0.0.1:\(http)"],
      port: port)
    let answered = eventually { (try? HTTPAnswer.get("/readyz", port: http)) != nil }
    #expect(answered, "\(daemon.log)")
    #expect(!daemon.canConnect)
    let answer = try HTTPAnswer.get("/readyz", port: http)
    #expect(answer.status == 503 && answer.body == "not ready: clients are not taken in\n")
    #expect(try HTTPAnswer.get("/healthz", port: http).status == 200)
  }

  @Test("A request that names another host is told nothing") func foreign() throws {
    let (_, http) = try daemon()
    #expect(try HTTPAnswer.get("/metrics", port: http, host: "evil.example.org").status == 403)
    #expect(try HTTPAnswer.get("/metrics", port: http, host: "127.0.0.1:\(http)").status == 200)
  }

  @Test("Those who connect there and say nothing keep neither clients nor the end waiting") func crowd() throws {
    let (daemon, http) = try daemon()
    let crowd = try (0..<100).map { _ in try Client(to: .local(http)) }
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
    #expect(!daemon.log.contains { $0.contains("libevent") }, "\(daemon.log)")
    #expect(daemon.end() == .exited(0))
    #expect(crowd.count == 100)
  }

  @Test("An address that is taken ends the start") func taken() throws {
    let port = try FreePorts.next()
    let listener = try Kernel.listen(on: .local(port))
    defer { Kernel.close(listener) }
    let run = try Run.asUser([
      "-l", "127.0.0.1", "-p", "\(try FreePorts.next())", "-X", "0", "-o", "http=127.0.0.1:\(port)",
    ])
    #expect(run.isRefusal && run.ending == .exited(71) && run.errors.contains("\(port)"), "\(run)")
  }
}
