import Testing

@testable import EventLoop

@Suite("The Host header")
struct HostCheckTests {
  private let check = HostCheck(configured: "Cache-A.example.org", hostName: "cache-a")

  @Test(
    "may be an address, this host's name, localhost, or the name of -o http, with a port or without",
    arguments: [
      "127.0.0.1", "127.0.0.1:9150", "10.1.2.3:80", "[::1]", "[::1]:9150", "[fe80::1]", "localhost", "LOCALHOST:9150",
      "cache-a", "cache-a:9150", "cache-a.example.org", "cache-a.example.org.:9150", "localhost:",
    ])
  func allowed(header: String) { #expect(check.allows(header)) }

  @Test(
    "is refused where it is another's name, or none",
    arguments: [
      "evil.example.org", "cache-a.evil.org", "localhost.evil.org", "evil.org:9150", "", ":9150", "[", "[]", "[::1",
      "[::1]x", "[::1]:x", "127.0.0.1:http", "127.0.0.1:1234567", "a b", "127.0.0.1.evil.org", "localhost@evil.org",
      "127.0.0.1:80:80", "::1",
    ])
  func refused(header: String) { #expect(!check.allows(header)) }

  @Test("has no empty name where none is configured") func unnamed() {
    #expect(!HostCheck(configured: nil, hostName: "").allows(""))
    #expect(HostCheck(configured: nil, hostName: "h").allows("h:1"))
  }
}
