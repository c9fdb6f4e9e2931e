import CacheServer
import EventLoop
import Platform
import TestSupport
import Testing
import Transport

@testable import AdminServer

/// `-o http_tls`: the same page by TLS, and by nothing else.
@Suite("The server of metrics, by TLS")
struct AdminServerTLSTests {
  private let certificates: Certificates
  private let pair: Certificates.Pair
  private let credentials: TLSCredentials
  private let server: AdminServer

  init() throws {
    certificates = try Certificates()
    pair = try certificates.make("server")
    var settings = TLSSettings()
    (settings.chain, settings.key) = (pair.chain, pair.key)
    credentials = try TLSCredentials(settings, for: .clients)
    let report = ServerReport(isServing: { true }, samples: { _ in [] })
    server = AdminServer(
      place: Settings.Address(host: "127.0.0.1", port: 0), report: report, tls: credentials)
    try server.bind()
    try server.start()
  }

  private func ask(_ request: String, authority: String) throws -> String {
    var settings = TLSSettings()
    (settings.authorities, settings.verification) = (authority, .require)
    let context = try TLSContext(settings, for: .servers, counters: TLSCounters())
    let address = try #require(server.addresses.first)
    return try Self.answer(
      try WaitingConnection(to: address, tls: (context, "127.0.0.1"), within: .seconds(10)), request)
  }

  /// All that comes until the server closes.
  private static func answer(_ connection: WaitingConnection, _ request: String) throws -> String {
    try connection.send([UInt8](request.utf8))
    // The server closes without a word of TLS, which is an error to OpenSSL.
    while (try? connection.receive()) == true {}
    return connection.text
  }

  private static let request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

  @Test("answers who verifies it, and shows the certificate of the moment") func served() throws {
    defer { server.stop() }
    #expect(try ask(Self.request, authority: certificates.authority).hasPrefix("HTTP/1.1 200 OK\r\n"))
    let other = try Certificates()
    #expect(throws: WaitingError.self) { try ask(Self.request, authority: other.authority) }
    try certificates.replace(pair, by: try other.make("server"))
    try credentials.reload()
    #expect(try ask(Self.request, authority: other.authority).hasPrefix("HTTP/1.1 200 OK\r\n"))
  }

  @Test("takes what comes in many pieces") func large() throws {
    defer { server.stop() }
    let body = String(repeating: "x", count: 8000)
    let answer = try ask(
      "POST /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 8000\r\n\r\n\(body)",
      authority: certificates.authority)
    #expect(answer.hasPrefix("HTTP/1.1 405"), "\(answer)")
  }

  @Test("says nothing to who speaks no TLS") func plain() throws {
    defer { server.stop() }
    let address = try #require(server.addresses.first)
    let answer = try Self.answer(try WaitingConnection(to: address, within: .seconds(10)), Self.request)
    #expect(!answer.contains("HTTP/1.1 200"), "\(answer)")
    #expect(try ask(Self.request, authority: certificates.authority).hasPrefix("HTTP/1.1 200"))
  }

  @Test("is not kept by those who begin and say no more") func crowd() throws {
    defer { server.stop() }
    let address = try #require(server.addresses.first)
    var idle: [WaitingConnection] = []
    for _ in 0..<40 { idle.append(try WaitingConnection(to: address, within: .seconds(10))) }
    #expect(try ask(Self.request, authority: certificates.authority).hasPrefix("HTTP/1.1 200"))
    #expect(idle.count == 40)
  }
}
