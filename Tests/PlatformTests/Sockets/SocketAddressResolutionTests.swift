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

  @Test("tells numbers from names without looking anything up")
  func numeric() {
    #expect(SocketAddress.numeric(host: "10.0.0.2", port: 9)?.description == "10.0.0.2:9")
    #expect(SocketAddress.numeric(host: "fe80::1", port: 9)?.description == "[fe80::1]:9")
    for name in ["localhost", "", "300.1.1.1", "host-a"] { #expect(SocketAddress.numeric(host: name, port: 9) == nil) }
  }

  @Test("knows localhost")
  func localhost() throws {
    let addresses = try SocketAddress.resolve(host: "localhost", port: 9)
    #expect(!addresses.isEmpty && addresses.allSatisfy { $0.isLoopback && $0.port == 9 })
    #expect(Set(addresses).count == addresses.count)
  }

  @Test("says what could not be resolved", arguments: ["", "no such host", "300.1.1.1", "::1::"])
  func unknown(host: String) {
    let error = #expect(throws: ResolutionError.self) { try SocketAddress.resolve(host: host, port: 9) }
    #expect(error?.host == host)
    #expect(error?.description.hasPrefix("cannot resolve \(host): ") == true)
  }
}
