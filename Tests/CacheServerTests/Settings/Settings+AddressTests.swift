@testable import CacheServer
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

  @Test(
    "may stand behind a protocol and a tag, as memcached has them",
    arguments: [
      ("proto[ascii]:127.0.0.1:1", BindingProtocol.ascii, "127.0.0.1"), ("proto[negotiating]:host", .auto, "host"),
      ("tag[services]:host", nil, "host"), ("tag_tools_:[::1]:2", nil, "::1"),
      ("mtls:proto[binary]:tag_tools_:host:3", .binary, "host"), ("tagged", nil, "tagged"),
      ("protocol:4", nil, "protocol"),
    ] as [(String, BindingProtocol?, String)])
  func prefixes(text: String, spoken: BindingProtocol?, host: String) throws {
    let addresses = try Settings.Address.list(SettingsValue(flag: "-l", text: text))
    #expect(addresses.map(\.bindingProtocol) == [spoken])
    #expect(addresses.map(\.host) == [host])
  }

  @Test(
    "is refused behind another word, and a tag without an end or of no length that memcached takes",
    arguments: [
      "proto[proxy]:host", "proto[ascii:host", "proto[ascii]host", "tag[]:host", "tag[ninechars]:host", "tag_toolshost",
    ])
  func refusedPrefixes(text: String) {
    #expect(throws: SettingsError.self) { try Settings.Address.list(SettingsValue(flag: "-l", text: text)) }
  }
}
