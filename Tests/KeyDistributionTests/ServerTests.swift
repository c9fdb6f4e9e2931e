import Testing

@testable import KeyDistribution

@Suite("A server as it is written")
struct ServerTests {
  @Test(
    "is a host, with or without a port, and IPv6 in brackets or bare",
    arguments: [
      ("a", "a", nil), ("a:1", "a", 1), ("[::1]", "::1", nil), ("[::1]:65535", "::1", 65_535), ("::1", "::1", nil),
      ("", "", nil), (":7", "", 7),
    ] as [(String, String, UInt16?)])
  func parts(text: String, host: String, port: UInt16?) throws {
    let parts = try #require(Server.split(text[...]))
    #expect(parts.host == host && parts.port == port)
  }

  @Test(
    "is none with a port that is no number of one",
    arguments: ["a:", "a:0", "a:65536", "a:+1", "[::1", "[::1]1", "[::1]:"])
  func refused(text: String) {
    #expect(Server.split(text[...]) == nil)
  }
}
