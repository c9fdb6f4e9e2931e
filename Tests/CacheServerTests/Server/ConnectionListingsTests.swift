import Testing

@testable import CacheServer

@Suite("stats conns")
struct ConnectionListingsTests {
  /// What one listing answers.
  static func ask(_ rig: WorkerRig, _ client: RigClient, _ before: String = "") -> String {
    client.send(before + "stats conns\r\n")
    rig.context.listings.begin()
    client.readAll()
    return client.takeText()
  }

  @Test("stats conns tells of each connection: its addresses, what it waits for, since when") func listing() throws {
    let rig = try WorkerRig()
    let (client, idle, sending, blocked) = (
      try rig.client(), try rig.client(), try rig.client(), try rig.client(sendBuffer: 1)
    )
    _ = client.ask("set a 0 0 100000\r\n\(String(repeating: "v", count: 100_000))\r\n")
    sending.send("set b 0 0 900000\r\nhalf")
    blocked.send("get a a a a\r\n")
    let lines = Self.ask(rig, client, "version\r\n").split(separator: "\r\n")
    #expect(lines.first == "\(versionLine)" && lines.last == "END")
    #expect(lines.count == 4 * 4 + 2)
    let states = lines.filter { $0.contains(":state ") }.map { $0.split(separator: " ")[2] }
    #expect(states == ["conn_parse_cmd", "conn_read", "conn_nread", "conn_mwrite"])
    #expect(lines.filter { $0.contains(":addr unix:") }.count == 4)
    #expect(lines.filter { $0.contains(":listen_addr unix:") }.count == 4)
    #expect(
      lines.filter { $0.hasSuffix(":secs_since_last_cmd 0") || $0.hasSuffix(":secs_since_last_cmd 1") }.count <= 4)
    _ = idle
  }

  @Test("Whoever asks while a listing is under way gets the next one, and nobody twice") func turns() throws {
    let rig = try WorkerRig()
    let first = try rig.client()
    let second = try rig.client()
    first.send("stats conns\r\n")
    rig.context.listings.begin()
    second.send("stats conns\r\nversion\r\n")
    rig.context.listings.begin()
    first.readAll()
    second.readAll()
    #expect(first.takeText().hasSuffix("END\r\n"))
    rig.context.listings.begin()
    second.readAll()
    #expect(second.takeText().hasSuffix("END\r\n\(versionLine)\r\n"))
    rig.context.listings.begin()
    first.readAll()
    #expect(first.take() == [])
  }

  @Test("A client that asked and went away is forgotten") func gone() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    client.send("stats conns\r\n")
    client.close()
    rig.pump()
    rig.context.listings.begin()
    rig.pump()
    #expect(rig.context.connectionCount == 0)
  }

  @Test("Thousands of connections are told of within bounds") func many() throws {
    let rig = try WorkerRig { $0.maxConnections = 3_000 }
    let clients = try (0..<300).map { _ in try rig.client() }
    let text = Self.ask(rig, clients[0])
    #expect(text.split(separator: "\r\n").count == 1_201)
  }
}
