import Platform
import Testing

@Suite("A socket address")
struct SocketAddressTests {
  @Test("is written as people write it")
  func description() {
    #expect("\(SocketAddress.loopback4(port: 11211))" == "127.0.0.1:11211")
    #expect("\(SocketAddress.loopback6(port: 11211))" == "[::1]:11211")
    #expect("\(SocketAddress.any6(port: 1))" == "[::]:1")
    #expect("\(SocketAddress.unix(path: "/run/x.sock"))" == "/run/x.sock")
    #expect(SocketAddress.loopback6(port: 5).host == "::1")
  }

  @Test(
    "of this host, of a private network or of the Internet is told apart",
    arguments: [
      ("127.0.0.1", true, true), ("127.255.1.2", true, true), ("10.1.2.3", false, true), ("172.16.0.1", false, true),
      ("172.31.255.255", false, true), ("172.32.0.1", false, false), ("172.15.0.1", false, false),
      ("192.168.9.9", false, true), ("192.169.0.1", false, false), ("169.254.1.1", false, true),
      ("8.8.8.8", false, false), ("0.0.0.0", false, false), ("::1", true, true), ("::", false, false),
      ("fc00::1", false, true), ("fdff::1", false, true), ("fe00::1", false, false), ("fe80::1", false, true),
      ("febf::1", false, true), ("fec0::1", false, false), ("2001:db8::1", false, false),
      ("::ffff:127.0.0.1", true, true), ("::ffff:10.0.0.1", false, true), ("::ffff:8.8.8.8", false, false),
    ])
  func networks(host: String, isLoopback: Bool, isPrivate: Bool) throws {
    let address = try #require(try SocketAddress.resolve(host: host, port: 1).first)
    #expect(address.isLoopback == isLoopback)
    #expect(address.isPrivate == isPrivate)
  }

  @Test("of IPv4 is the same in IPv6's dress")
  func mapped() throws {
    let plain = try SocketAddress.resolve(host: "10.0.0.7", port: 80)
    let dressed = try SocketAddress.resolve(host: "::ffff:10.0.0.7", port: 80)
    #expect(plain == dressed)
    #expect("\(dressed[0])" == "10.0.0.7:80")
  }

  @Test("is of the same host whatever the port")
  func sameHost() {
    let here = SocketAddress.loopback4(port: 1)
    #expect(here.isSameHost(as: .loopback4(port: 2)))
    #expect(!here.isSameHost(as: .any4(port: 1)))
    #expect(!here.isSameHost(as: .loopback6(port: 1)))
    #expect(SocketAddress.unix(path: "a").isSameHost(as: .unix(path: "b")))
  }

  @Test("can be given another port")
  func port() {
    var address = SocketAddress.any6(port: 0)
    address.port = 11212
    #expect(address == .any6(port: 11212))
    #expect(address.isWildcard)
    #expect(SocketAddress.unix(path: "x").port == 0)
  }
}
