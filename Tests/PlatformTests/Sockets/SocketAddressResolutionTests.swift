import Platform
import Testing

@Suite("Resolving a host")
struct SocketAddressResolutionTests {
  @Test("of no name gives every address of this host")
  func wildcard() throws {
    #expect(try SocketAddress.resolve(host: nil, port: 9) == [.any4(port: 9), .any6(port: 9)])
  }

  @Test("takes numbers of either kind")
  func numbers() throws {
    #expect(try SocketAddress.resolve(host: "127.0.0.1", port: 9) == [.loopback4(port: 9)])
    #expect(try SocketAddress.resolve(host: "::1", port: 9) == [.loopback6(port: 9)])
  }

  @Test("knows localhost")
  func localhost() throws {
    let addresses = try SocketAddress.resolve(host: "localhost", port: 9)
    #expect(addresses.allSatisfy { $0.isLoopback && $0.port == 9 })
    #expect(Set(addresses).count == addresses.count)
  }

  @Test("says what could not be resolved", arguments: ["", "no such host", "300.1.1.1", "::1::"])
  func unknown(host: String) {
    let error = #expect(throws: ResolutionError.self) { try SocketAddress.resolve(host: host, port: 9) }
    #expect(error?.host == host)
    #expect(error?.description.hasPrefix("cannot resolve \(host): ") == true)
  }
}
