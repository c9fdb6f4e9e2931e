import CacheServer
import ConnectionServer
import Testing
import Transport

@Suite("Settings of TLS, checked together")
struct SettingsTLSTests {
  private static func settings(_ flags: [(String, String)]) throws -> Settings {
    var settings = Settings()
    for (flag, text) in flags { try settings.set(flag, text) }
    return settings
  }

  @Test(
    "refuse what does not go together",
    arguments: [
      ([("-Z", "")], "-Z needs -o ssl_chain_cert=FILE, and ssl_key=FILE if the key is not in that file"),
      ([("-Z", ""), ("-o", "ssl_chain_cert=c"), ("-s", "/s")], "-Z is for TCP, and -s opens no TCP port"),
      (
        [("-Z", ""), ("-o", "ssl_chain_cert=c,ssl_verify_mode=2")],
        "-o ssl_verify_mode=2 needs -o ssl_ca_cert=FILE to judge clients by"
      ),
      (
        [("-l", "mtls:localhost")],
        "-l notls:, btls: and mtls: tell an address apart from those of -Z, which is not given"
      ),
      (
        [("-o", "repl_tls,ssl_chain_cert=c")],
        "-o repl_tls needs -o ssl_chain_cert=FILE and ssl_ca_cert=FILE: each side proves itself to the other"
      ),
      (
        [("-o", "http=9150,http_tls")],
        "-o http_tls needs -o ssl_chain_cert=FILE, and ssl_key=FILE if the key is not in that file"
      ),
      (
        [("-o", "http=9150,http_tls,ssl_chain_cert=c,ssl_verify_mode=2")],
        "-o ssl_verify_mode=2 needs -o ssl_ca_cert=FILE to judge clients by"
      ),
    ] as [([(String, String)], String)])
  func refused(flags: [(String, String)], line: String) throws {
    let settings = try Self.settings(flags)
    let error = #expect(throws: SettingsError.self) { try settings.checked() }
    #expect(error?.description == line)
  }

  @Test("take what does") func taken() throws {
    let good = [
      [("-Z", ""), ("-o", "ssl_chain_cert=c")],
      [("-Z", ""), ("-o", "ssl_chain_cert=c,ssl_verify_mode=1")],
      [("-Z", ""), ("-o", "ssl_chain_cert=c"), ("-l", "notls:127.0.0.1:11311,[::1]:11312")],
      [("-o", "repl_tls,ssl_chain_cert=c,ssl_ca_cert=a")],
      [("-o", "http=9150,http_tls,ssl_chain_cert=c")],
    ]
    for flags in good { _ = try Self.settings(flags).checked() }
  }

  @Test("An address may stand behind what TLS is there") func addresses() throws {
    let flags = [("-l", "notls:127.0.0.1:1,btls:[::1]:2;mtls:host,plain")]
    let addresses = try Self.settings(flags).addresses
    #expect(
      addresses.map(\.security) == [
        ListeningPlace.Security.none, .tls(TLSSettings.Verification.none), .tls(.require), nil,
      ])
    #expect(addresses.map(\.host) == ["127.0.0.1", "::1", "host", "plain"])
    #expect(addresses.map(\.port) == [1, 2, nil, nil])
  }
}
