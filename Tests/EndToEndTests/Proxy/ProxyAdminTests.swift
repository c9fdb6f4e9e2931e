import Testing

/// `--http`.
@Suite("What magent tells by HTTP")
struct ProxyAdminTests {
  let rig = Rig()

  private func magent(_ more: [String]) throws -> (magent: Daemon, port: UInt16) {
    let port = try FreePorts.next()
    return (try rig.magent(["--http=\(port)", "--retry-interval=50", "--timeout=300"] + more), port)
  }

  @Test("/metrics has each number of stats proxy, in Prometheus' text") func metrics() throws {
    let servers = [try rig.daemon(), try rig.daemon()]
    let (magent, port) = try magent(["-s", "\(servers[0].endpoint)", "-b", "\(servers[1].endpoint)"])
    let client = try magent.client()
    #expect(try client.store("set", "k", "1") == "STORED")
    #expect(try client.text(of: "k") == "1" && client.text(of: "none") == nil)
    let answer = try HTTPAnswer.get("/metrics", port: port)
    #expect(answer.status == 200)
    #expect(answer.headers.contains { $0.lowercased().hasPrefix("content-type: text/plain; version=0.0.4") })
    let lines = answer.body.split(separator: "\n")
    #expect(lines.contains("magent_get_hits_total 1") && lines.contains("magent_get_misses_total 1"))
    #expect(lines.contains("magent_cmd_write_total 1"))
    #expect(lines.contains("magent_server_up{server=\"\(servers[1].endpoint)\",role=\"backup\"} 1"))
    for (name, value) in try client.statistics("proxy") where !name.hasPrefix("server_") && name != "version" {
      #expect(
        lines.contains { $0.hasPrefix("magent_\(name) ") || $0.hasPrefix("magent_\(name)_total ") }, "\(name) \(value)")
    }
    // Each family is told once, before its samples.
    let families = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
    #expect(Set(families).count == families.count && families.count > 15)
  }

  @Test("/readyz is 200 while each key has a server that answers") func ready() throws {
    let servers = [try rig.daemon(), try rig.daemon()]
    let (magent, port) = try magent(servers.flatMap { ["-s", "\($0.endpoint)"] })
    #expect(try HTTPAnswer.get("/readyz", port: port).status == 200)
    servers[0].kill()
    let client = try magent.client()
    for number in 0..<20 { _ = try client.command("get k\(number)") }
    #expect(try HTTPAnswer.get("/readyz", port: port).status == 503)
    #expect(try HTTPAnswer.get("/healthz", port: port).status == 200)
    _ = try rig.daemon([], port: servers[0].endpoint.port)
    #expect(try eventually { try HTTPAnswer.get("/readyz", port: port).status == 200 })
  }

  @Test("Of a pair one side is enough, and the metrics tell which is asked") func pairs() throws {
    let pair = try Pair(rig, .bothConnect)
    let (magent, port) = try magent(["-s", "\(pair.a.endpoint)|\(pair.b.endpoint)"])
    pair.a.kill()
    #expect(try magent.client().text(of: "k") == nil)
    #expect(try HTTPAnswer.get("/readyz", port: port).status == 200)
    let body = try HTTPAnswer.get("/metrics", port: port).body
    #expect(body.contains("magent_server_asked{server=\"\(pair.b.endpoint)\",role=\"main\"} 1\n"))
    #expect(body.contains("magent_server_up{server=\"\(pair.a.endpoint)\",role=\"main\"} 0\n"))
  }

  @Test("What is not there, not this host's, or no GET, is refused") func refused() throws {
    let (_, port) = try magent(["-s", "127.0.0.1"])
    #expect(try HTTPAnswer.get("/nowhere", port: port).status == 404)
    #expect(try HTTPAnswer.get("/metrics", port: port, host: "evil.example").status == 403)
    let client = try Client(to: .local(port))
    try client.send("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    #expect(try client.rest().hasPrefix("HTTP/1.1 405 "))
    #expect(try HTTPAnswer.get("/", port: port).body.contains("/metrics"))
  }
}
