import CacheServer
import Testing

@Suite("An address of -l")
struct SettingsAddressTests {
  @Test(
    "is a host, a host and port, or an IPv6 address in brackets or bare",
    arguments: [
      ("127.0.0.1", Settings.Address(host: "127.0.0.1")),
      ("127.0.0.1:11311", Settings.Address(host: "127.0.0.1", port: 11311)),
      ("cache-a:0", Settings.Address(host: "cache-a", port: 0)),
      ("::1", Settings.Address(host: "::1")),
      ("fe80::1%eth0", Settings.Address(host: "fe80::1%eth0")),
      ("[::1]", Settings.Address(host: "::1")),
      ("[::1]:11311", Settings.Address(host: "::1", port: 11311)),
      ("*", Settings.Address()),
      ("*:11311", Settings.Address(port: 11311)),
    ])
  func forms(text: String, expected: Settings.Address) throws {
    #expect(try Settings.Address(SettingsValue(flag: "-l", text: text)) == expected)
  }
}
