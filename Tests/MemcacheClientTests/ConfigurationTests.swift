import MemcacheClient
import Testing

struct MemcacheServerTests {
  @Test(
    "What is no server is refused in words",
    arguments: [
      "", ":1", "a:0", "a:b", "a:65536", "a:+1", "a|", "|a", "a|b|c", "a b", "[::1", "[::1]x", "[::1]:", "[]",
    ])
  func bad(_ text: String) {
    #expect(throws: MemcacheError.configuration("not a server: \(text)")) { try MemcacheServer(text) }
  }

  @Test(
    "Servers are written as people write them", arguments: ["a", "a:1", "a|b", "a:1|b:2", "::1", "[::1]:2", "10.0.0.1"])
  func good(_ text: String) throws {
    let server = try MemcacheServer(text)
    #expect(server.isPair == text.contains("|"))
    #expect("\(server)" == text)
  }

  @Test("A weight is 1 or more")
  func weight() {
    #expect(throws: MemcacheError.self) { try MemcacheServer("a", weight: 0) }
  }
}

struct MemcacheClientConfigurationTests {
  @Test("A client without servers is refused")
  func noServers() {
    #expect(throws: MemcacheError.configuration("no servers")) { try MemcacheClient(servers: []) }
  }

  @Test("A login that could not be said is refused", arguments: [("", "p"), ("a b", "p"), ("a", "p\r\n")])
  func login(_ user: String, _ password: String) throws {
    var configuration = MemcacheClientConfiguration(servers: [try MemcacheServer("a")])
    configuration.login = .init(user: user, password: password)
    #expect(throws: MemcacheError.self) { try MemcacheClient(configuration) }
  }

  @Test("A certificate that cannot be read is told of at the start")
  func certificate() throws {
    var configuration = MemcacheClientConfiguration(servers: [try MemcacheServer("a")])
    configuration.tls = .init(authorities: "/nonexistent")
    #expect(throws: MemcacheError.self) { try MemcacheClient(configuration) }
  }

  @Test("A client runs once, and after that refuses")
  func once() async throws {
    let client = try MemcacheClient(servers: ["127.0.0.1:1"])
    let run = Task { try await client.run() }
    run.cancel()
    try await run.value
    await #expect(throws: MemcacheError.unavailable("the client has ended")) { try await client.delete("k") }
    await #expect(throws: MemcacheError.unavailable("a client runs once")) { try await client.run() }
  }

  @Test("A task that was cancelled before it asks is not kept waiting")
  func cancelledBefore() async throws {
    let client = try MemcacheClient(servers: ["127.0.0.1:1"])
    let run = Task { try await client.run() }
    let request = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await client.get("k", as: String.self)
    }
    request.cancel()
    await #expect(throws: MemcacheError.self) { try await request.value }
    run.cancel()
    try await run.value
  }
}
