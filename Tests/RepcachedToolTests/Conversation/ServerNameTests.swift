import Testing

@testable import repcached_tool

@Suite("Names of servers")
struct ServerNameTests {
  @Test(
    "Host, port, IPv6 and the path of a socket are told apart, and shown as memcached-tool does",
    arguments: [
      ("a", "a:11211", "a", 11211), ("a:1", "a:1", "a", 1), ("127.0.0.1:65535", "127.0.0.1:65535", "127.0.0.1", 65535),
      ("[::1]", "[::1]:11211", "::1", 11211), ("[::1]:80", "[::1]:80", "::1", 80),
      ("fe80::1", "fe80::1:11211", "fe80::1", 11211),
    ])
  func tcp(text: String, shown: String, host: String, port: UInt16) throws {
    let name = try #require(ServerName(text))
    #expect(name.place == .tcp(host: host, port: port) && name.description == shown)
  }

  @Test("A slash makes it a unix socket") func unix() throws {
    let name = try #require(ServerName("/run/a:1"))
    #expect(name.place == .unix(path: "/run/a:1") && name.description == "/run/a:1" && name.host == nil)
  }

  @Test(
    "What is none is none",
    arguments: ["", ":1", "a:", "a:x", "a:0", "a:65536", "a:-1", "[::1", "[::1]1", "[]:1", "a b"])
  func none(text: String) { #expect(ServerName(text) == nil) }

  @Test("Another host at the same port") func sibling() throws {
    let name = try #require(ServerName("a:5"))
    #expect(name.at(host: "b")?.description == "b:5" && name.at(host: "::1")?.description == "[::1]:5")
  }
}
