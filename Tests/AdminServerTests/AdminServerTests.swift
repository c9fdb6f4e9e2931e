import CacheServer
import Platform
import SystemPackage
import Testing

@testable import AdminServer

@Suite("The server of metrics")
struct AdminServerTests {
  private let report = ServerReport(isServing: { true }, samples: { _ in [] })

  private func server(_ host: String) -> AdminServer {
    AdminServer(place: Settings.Address(host: host, port: 0), report: report)
  }

  @Test("takes its address first, answers on a thread of its own, and gives both back") func life() throws {
    let server = server("127.0.0.1")
    try server.bind()
    let address = try #require(server.addresses.first)
    #expect(throws: Errno.connectionRefused) { try HTTPClient(address) }
    try server.start()
    let client = try HTTPClient(address)
    for _ in 0..<3 {
      #expect(try client.ask("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
    }
    server.stop()
    #expect(throws: Errno.connectionRefused) { try HTTPClient(address) }
    server.stop()
  }

  @Test("says which address cannot be had") func taken() throws {
    let first = server("127.0.0.1")
    try first.bind()
    try first.start()
    defer { first.stop() }
    let port = try #require(first.addresses.first).port
    let second = AdminServer(place: Settings.Address(host: "127.0.0.1", port: port), report: report)
    let error = #expect(throws: (any Error).self) { try second.bind() }
    #expect("\(error.map { "\($0)" } ?? "")".contains("127.0.0.1:\(port)"))
  }

  @Test("without a host is on loopback alone") func loopback() throws {
    let server = server("localhost")
    try server.bind()
    defer { server.stop() }
    #expect(!server.addresses.isEmpty && server.addresses.allSatisfy(\.isLoopback))
  }
}
