import KeyDistribution
import Testing

@Suite("magent's connections to its servers")
struct ProxyConnectionTests {
  let rig = Rig()

  @Test("With -i so many idle connections are kept to a server, all workers together") func idleConnections() throws {
    let server = try rig.daemon()
    let direct = try server.client()
    func connections() throws -> Int { try direct.statistic("curr_connections").flatMap { Int($0) } ?? 0 }
    // The one that looked whether the server is ready may still be counted.
    #expect(try settled(on: 1) { try connections() } == 1)
    let magent = try rig.magent(["-s", "\(server.endpoint)", "-t", "4", "-i", "1"])
    let clients = try (0..<8).map { _ in try magent.client() }
    for client in clients { #expect(try client.store("set", "k", "1") == "STORED") }
    #expect(try connections() > 2)
    #expect(try settled(on: 2) { try connections() } == 2)
    for client in clients { #expect(try client.text(of: "k") == "1") }
  }

  @Test("-v tells where -i has no effect") func withoutEffect() throws {
    let server = try rig.daemon()
    let magent = try rig.magent(["-s", "\(server.endpoint)", "-v"])
    #expect(eventually { magent.log.contains { $0.hasPrefix("magent: -i has no effect: ") } }, "\(magent.log)")
  }

  @Test("A name is looked up, and where its first address refuses, the next is tried") func names() throws {
    // localhost is ::1 and 127.0.0.1 on most hosts, and the server is on one of them.
    let server = try rig.daemon("-m", "16", "-t", "1")
    let magent = try rig.magent([
      "-s", "localhost:\(server.endpoint.port)", "--retry-interval=50", "--connect-timeout=5000",
    ])
    let client = try magent.client()
    #expect(try eventually { try client.store("set", "k", "1") == "STORED" })
    #expect(try server.client().text(of: "k") == "1")
    server.kill()
    #expect(try client.command("get k").hasPrefix("SERVER_ERROR "))
    let again = try rig.daemon("-m", "16", "-t", "1", port: server.endpoint.port)
    #expect(try eventually { try client.store("set", "k", "2") == "STORED" })
    #expect(try again.client().text(of: "k") == "2")
  }

  @Test("Other programs' rules place keys, with weights and names from the file") func distributions() throws {
    let servers = try (0..<2).map { _ in try rig.daemon("-m", "16", "-t", "1") }
    let path = try rig.folder().file("magent.yaml")
    let text = """
      distribution: twemproxy-ketama
      hash: fnv1a_64
      hash-tag: "{}"
      servers:
        - {server: \(servers[0].endpoint), weight: 3, name: one}
        - {server: \(servers[1].endpoint), name: other}
      """
    try LoginRig.write(text, to: path, mode: 0o644)
    let client = try rig.magent(["--config", path]).client()
    for number in 0..<300 { #expect(try client.store("set", "k\(number){same}", "v") == "STORED") }
    let counts = try servers.map { try $0.client().statistic("curr_items") }
    #expect(Set(counts) == ["0", "300"])
    let named = zip(servers, [("one", 3), ("other", 1)]).map { server, place in
      Server(host: "127.0.0.1", port: server.endpoint.port, weight: place.1, name: place.0)
    }
    let map = KeyMap(named, .twemproxyKetama(.fnv1ax64, tag: nil))
    var expected = try servers.map { Int(try $0.client().statistic("curr_items") ?? "") ?? 0 }
    for number in 0..<300 {
      #expect(try client.store("set", "k\(number)", "v") == "STORED")
      expected[map.server(for: Array("k\(number)".utf8).span) ?? 0] += 1
    }
    #expect(try servers.map { try $0.client().statistic("curr_items") } == expected.map(String.init))
  }
}
