import Testing

/// Commands of one client that would harm others.
@Suite("What a client of magent sends harms nobody else")
struct ProxyHarmTests {
  let rig = Rig()

  @Test("A quiet command goes on byte for byte, also with control bytes in its key", arguments: [[], ["-b"]])
  func quiet(backup: [String]) throws {
    let servers = try (0..<2).map { _ in try rig.daemon("-m", "16", "-t", "1") }
    let more = backup.flatMap { [$0, "\(servers[1].endpoint)"] }
    let client = try rig.magent(["-s", "\(servers[0].endpoint)"] + more).client()
    let key = "a" + String(repeating: "\u{1}", count: 40)
    #expect(try client.command("ms \(key) 2 q\r\nhi\r\nmn") == "MN")
    #expect(try servers[0].client().text(of: key) == "hi" && servers[0].client().text(of: "a") == nil)
    #expect(try client.command("mg \(key)x v q\r\nmn") == "MN")
    let inner = "set injected 0 0 3\r\nbad"
    try client.send("ms \u{1} \(inner.utf8.count) q\r\n\(inner)\r\nmn\r\n")
    #expect(try client.line() == "MN\r\n")
    #expect(try client.text(of: "injected") == nil && client.text(of: "\u{1}") == inner)
  }

  @Test("A retrieval that is refused at its 513th key is answered once") func refused() throws {
    let server = try rig.daemon("-m", "16", "-t", "1")
    let client = try rig.magent(["-s", "\(server.endpoint)"]).client()
    for number in 0..<600 { #expect(try client.store("set", "k\(number)", "v") == "STORED") }
    let keys = (0..<600).map { "k\($0)" }.joined(separator: " ")
    let long = String(repeating: "x", count: 251)
    #expect(try client.command("get \(keys) \(long)") == "CLIENT_ERROR bad command line format")
    #expect(try client.command("version").hasPrefix("VERSION "))
  }

  @Test("A value that magent or its server finds too large fails alone") func large() throws {
    let server = try rig.daemon("-m", "64", "-I", "4m", "-t", "1")
    let big = String(repeating: "x", count: 3 << 20)
    #expect(try server.client().store("set", "big", big) == "STORED")
    let magent = try rig.magent(["-s", "\(server.endpoint)", "-I", "1m"])
    let (client, other) = (try magent.client(), try magent.client())
    #expect(try client.command("get big").hasPrefix("SERVER_ERROR "))
    #expect(try other.store("set", "k", "v") == "STORED" && other.text(of: "k") == "v")
    let wide = try rig.magent(["-s", "\(server.endpoint)", "-I", "64m"]).client()
    let huge = String(repeating: "x", count: 20 << 20)
    #expect(try wide.store("set", "huge", huge).hasPrefix("SERVER_ERROR "))
    #expect(try wide.text(of: "k") == "v")
    #expect(magent.log.allSatisfy { !$0.contains(" is dead") }, "\(magent.log)")
  }
}
