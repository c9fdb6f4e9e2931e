import Foundation
import Hummingbird
import HummingbirdTesting
import MemcacheClient
import Testing

@testable import SessionStore

/// Before the servers that MEMCACHE_SERVERS names, as `make examples` starts them.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MEMCACHE_SERVERS"] != nil, "make examples"))
struct SessionStoreTests {
  private func client() throws -> MemcacheClient {
    let servers = ProcessInfo.processInfo.environment["MEMCACHE_SERVERS"] ?? ""
    return try MemcacheClient(servers: servers.split(separator: " ").map(String.init))
  }

  @Test("A visitor who has logged in is known, another is not")
  func sessions() async throws {
    let client = try client()
    var application = Application(router: makeRouter(MemcachePersistDriver(client)))
    application.addServices(client)
    try await application.test(.router) { web in
      let login = try await web.execute(uri: "/login/ada", method: .post)
      #expect(login.status == .ok)
      let cookie = try #require(login.headers[.setCookie]?.split(separator: ";").first.map(String.init))
      for visit in 1...2 {
        let answer = try await web.execute(uri: "/", method: .get, headers: [.cookie: cookie])
        #expect(String(buffer: answer.body) == "ada, visit \(visit)")
      }
      #expect(try await web.execute(uri: "/", method: .get).status == .unauthorized)
    }
  }

  @Test("A key is created once, and gone when it is removed")
  func once() async throws {
    let client = try client()
    let store = MemcachePersistDriver(client, prefix: "test:")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await client.run() }
      try await store.remove(key: "k")
      try await store.create(key: "k", value: 1, expires: .seconds(60))
      await #expect(throws: PersistError.duplicate) { try await store.create(key: "k", value: 2, expires: nil) }
      #expect(try await store.get(key: "k", as: Int.self) == 1)
      await #expect(throws: PersistError.invalidConversion) { try await store.get(key: "k", as: [String].self) }
      try await store.remove(key: "k")
      #expect(try await store.get(key: "k", as: Int.self) == nil)
      group.cancelAll()
    }
  }
}
