import Glibc
import MemcacheClient
import TestSupport
import Testing

/// The library before the real daemon: each command, in both dialects, over TLS and behind a login.
@Suite("MemcacheClient", .onOwnThread)
struct ClientCommandTests {
  let rig = Rig()

  @Test("stores, reads, changes and deletes, in meta and in text", arguments: [true, false])
  func commands(meta: Bool) throws {
    var configuration = try MemcacheClientConfiguration("\(try rig.daemon().endpoint)")
    configuration.usesMeta = meta
    let server = configuration.servers[0]
    try withClient(configuration) { client in
      try await ClientCommandTests.store(client)
      try await ClientCommandTests.change(client)
      try await ClientCommandTests.administer(client, server)
    }
  }

  @Sendable private static func store(_ client: MemcacheClient) async throws {
    #expect(try await client.get("k", as: String.self) == nil)
    try await client.set("k", to: "text", flags: 7, expiration: .after(.seconds(60)))
    #expect(try await client.get("k") == "text")
    #expect(try await client.add("k", "other") == false)
    #expect(try await client.add("new", [UInt8](repeating: 0, count: 100_000)))
    #expect(try await client.get("new", as: [UInt8].self)?.count == 100_000)
    #expect(try await client.replace("none", with: "x") == false)
    #expect(try await client.replace("k", with: "b"))
    #expect(try await client.append("c", to: "k"))
    #expect(try await client.prepend("a", to: "k"))
    #expect(try await client.append("x", to: "none") == false)
    let item = try #require(try await client.getItem("k", as: String.self))
    #expect(item.value == "abc")
    #expect(try await client.compareAndSwap("k", to: "d", unique: item.unique, flags: 9) == .swapped)
    #expect(try await client.compareAndSwap("k", to: "e", unique: item.unique) == .changed)
    #expect(try await client.compareAndSwap("none", to: "e", unique: 1) == .notFound)
    #expect(try await client.getItem("k", as: String.self)?.flags == 9)
    try await client.set("person", encoding: ["name": "Ada"])
    #expect(try await client.get("person", decoding: [String: String].self) == ["name": "Ada"])
    #expect(try await client.get(["k", "none", "person"], as: [UInt8].self).keys.sorted() == ["k", "person"])
    #expect(try await client.delete("k"))
    #expect(try await client.delete("k") == false)
  }

  @Sendable private static func change(_ client: MemcacheClient) async throws {
    #expect(try await client.increment("n") == nil)
    try await client.set("n", to: 9)
    #expect(try await client.increment("n", by: 3) == 12)
    #expect(try await client.decrement("n", by: 5) == 7)
    #expect(try await client.get("n", as: Int.self) == 7)
    #expect(try await client.touch("n", expiration: .after(.seconds(100))))
    #expect(try await client.touch("none", expiration: .never) == false)
    #expect(try await client.getAndTouch("n", expiration: .after(.zero), as: Int.self) == 7)
    #expect(try await client.get("n", as: Int.self) == nil)
    try await client.set("text", to: "x")
    await #expect(throws: MemcacheError.undecodable("text is no Int")) { try await client.get("text", as: Int.self) }
    await #expect(throws: MemcacheError.invalidKey("a b")) { try await client.get("a b", as: Int.self) }
    let refusal = "CLIENT_ERROR cannot increment or decrement non-numeric value"
    await #expect(throws: MemcacheError.refused(refusal)) { try await client.increment("text") }
    let large = [UInt8](repeating: 1, count: 2 << 20)
    await #expect(throws: MemcacheError.refused("SERVER_ERROR object too large for cache")) {
      try await client.set("large", to: large)
    }
    #expect(try await client.get("text") == "x")
  }

  @Sendable private static func administer(_ client: MemcacheClient, _ server: MemcacheServer) async throws {
    #expect(try await client.version(of: server).isEmpty == false)
    #expect(try await client.statistics(of: server)["cmd_set"] != nil)
    #expect(try await client.statistics(of: server, group: "settings")["maxbytes"] != nil)
    try await client.flushAll()
    #expect(try await client.get("text", as: String.self) == nil)
  }

  @Test("Thousands of requests at once are pipelined on one connection")
  func pipelined() throws {
    let daemon = try rig.daemon()
    try withClient(try MemcacheClientConfiguration("\(daemon.endpoint)")) { client in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<2_000 {
          group.addTask {
            try await client.set("key\(number)", to: number)
            #expect(try await client.get("key\(number)", as: Int.self) == number)
          }
        }
        try await group.waitForAll()
      }
    }
    // This client and the one that asks.
    #expect(try daemon.client().statistic("total_connections").flatMap { Int($0) } ?? 99 <= 4)
  }

  @Test("Keys of three servers are stored, found and read together")
  func sharded() throws {
    let daemons = try (0..<3).map { _ in try rig.daemon() }
    let servers = try daemons.map { try MemcacheServer("\($0.endpoint)") }
    try withClient(MemcacheClientConfiguration(servers: servers)) { client in
      for number in 0..<60 { try await client.set("key\(number)", to: number) }
      let values = try await client.get((0..<60).map { "key\($0)" }, as: Int.self)
      #expect(values.count == 60)
    }
    let counts = try daemons.map { try $0.client().statistic("curr_items").flatMap { Int($0) } ?? 0 }
    #expect(counts.reduce(0, +) == 60 && counts.allSatisfy { $0 > 0 })
  }

  @Test("A cancelled request leaves the connection usable")
  func cancelled() throws {
    let daemon = try rig.daemon()
    let pid = daemon.pid
    var configuration = try MemcacheClientConfiguration("\(daemon.endpoint)")
    configuration.hangTimeout = .seconds(20)
    let work = try clientTask(configuration) { client in
      try await client.set("k", to: "v")
      Kernel.stop(pid)
      let request = Task(executorPreference: LoadExecutor()) { try await client.get("k", as: String.self) }
      await pause(20)
      request.cancel()
      await #expect(throws: MemcacheError.cancelled) { try await request.value }
      Kernel.signal(pid, SIGCONT)
      #expect(try await client.get("k") == "v")
    }
    try work.value()
    #expect(try daemon.client().statistic("total_connections").flatMap { Int($0) } ?? 99 <= 4)
  }

  @Test("A server that hangs costs bounded memory, and its clients an error")
  func hangs() throws {
    let daemon = try rig.daemon()
    let pid = daemon.pid
    var configuration = try MemcacheClientConfiguration("\(daemon.endpoint)")
    configuration.maxPendingRequests = 50
    configuration.requestTimeout = .milliseconds(500)
    configuration.hangTimeout = .seconds(10)
    try withClient(configuration) { client in
      // The time that a request may take here is short for a busy machine.
      let isStored = await becomesTrue { (try? await client.set("k", to: 1)) != nil }
      #expect(isStored)
      Kernel.stop(pid)
      let failures = await withTaskGroup(of: MemcacheError?.self) { group in
        for _ in 0..<200 {
          group.addTask {
            do throws(MemcacheError) {
              _ = try await client.increment("k")
              return nil
            } catch {
              return error
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(failures.count { $0 == .overloaded } == 150)
      #expect(failures.count { $0 == .outcomeUnknown } == 50)
      Kernel.signal(pid, SIGCONT)
      var number: Int?
      let isAnswered = await becomesTrue {
        number = try? await client.get("k", as: Int.self)
        return number != nil
      }
      #expect(isAnswered && number ?? 0 <= 51)
    }
  }

  @Test("Where nobody listens a request fails, and works when the server is there")
  func absent() throws {
    let port = try FreePorts.next()
    var configuration = try MemcacheClientConfiguration("127.0.0.1:\(port)")
    configuration.deadServers = .nextServer(retryAfter: .milliseconds(100))
    let rig = rig
    let work = try clientTask(configuration) { client async throws in
      await #expect(throws: MemcacheError.self) { try await client.set("k", to: "v") }
      let isStored = await becomesTrue { (try? await client.set("k", to: "v")) != nil }
      #expect(isStored)
      #expect(try await client.get("k") == "v")
    }
    _ = try rig.daemon([], port: port)
    try work.value()
  }

  @Test("TLS is spoken where it is asked for, and a certificate of nobody's is refused")
  func tls() throws {
    let tls = try TLSRig()
    let daemon = try tls.daemon()
    var configuration = try MemcacheClientConfiguration("\(daemon.endpoint)")
    configuration.tls = .init(authorities: tls.certificates.authority)
    configuration.tls?.serverName = "localhost"
    try withClient(configuration) { client in
      try await client.set("k", to: [UInt8](repeating: 7, count: 300_000))
      #expect(try await client.get("k", as: [UInt8].self)?.count == 300_000)
    }
    let others = try Certificates()
    configuration.tls = .init(authorities: others.authority)
    try withClient(configuration) { client in
      await #expect(throws: MemcacheError.self) { try await client.get("k", as: String.self) }
    }
    _ = others.folder
  }

  @Test("A login opens a server that asks for one")
  func login() throws {
    let login = try LoginRig(rig)
    var configuration = try MemcacheClientConfiguration("\(try login.daemon().endpoint)")
    configuration.login = .init(user: "foo", password: "bar")
    try withClient(configuration) { client in
      try await client.set("k", to: "v")
      #expect(try await client.get("k") == "v")
    }
    configuration.login = .init(user: "foo", password: "wrong")
    try withClient(configuration) { client in
      await #expect(throws: MemcacheError.self) { try await client.get("k", as: String.self) }
    }
  }
}
