import CacheServer
import Testing
import Transport

@Suite("The flags of TLS")
struct FlagTLSTests {
  private func settings(_ flags: [(String, String)]) throws -> Settings {
    var settings = Settings()
    for (flag, text) in flags { try settings.set(flag, text) }
    return settings
  }

  @Test("are memcached's, with its numbers") func taken() throws {
    let settings = try settings([
      ("-Z", ""),
      ("-o", "ssl_chain_cert=/c,ssl_key=/k,ssl_keyformat=DER,ssl_verify_mode=2,ssl_ca_cert=/a"),
      ("-o", "ssl_ciphers=A:B,ssl_min_version=3,ssl_wbuf_size=64,ssl_session_cache,ssl_kernel_tls,repl_tls"),
    ])
    var expected = TLSSettings()
    (expected.chain, expected.key, expected.authorities, expected.ciphers) = ("/c", "/k", "/a", "A:B")
    (expected.keyFormat, expected.verification, expected.minVersion) = (.der, .require, .tls13)
    (expected.cachesSessions, expected.usesKernel) = (true, true)
    #expect(settings.tls == expected)
    #expect(settings.isTLSEnabled && settings.peering.usesTLS && settings.sealedWriteBytes == 65_536)
  }

  @Test("may name a key's format by number") func formats() throws {
    #expect(try settings([("-o", "ssl_keyformat=1")]).tls.keyFormat == .pem)
    #expect(try settings([("-o", "ssl_keyformat=2")]).tls.keyFormat == .der)
  }

  @Test(
    "are refused with what else they are given",
    arguments: [
      ("ssl_chain_cert=", "-o ssl_chain_cert takes a file's name, not ''"),
      ("ssl_keyformat=3", "-o ssl_keyformat takes PEM or DER, not '3'"),
      ("ssl_verify_mode=4", "-o ssl_verify_mode must be a mode from 0 to 3, not '4'"),
      ("ssl_min_version=tlsv1.3", "-o ssl_min_version takes a version, not 'tlsv1.3'"),
      ("ssl_wbuf_size=0", "-o ssl_wbuf_size must be kilobytes from 1 to 1024, not '0'"),
      ("ssl_session_cache=1", "-o ssl_session_cache takes no value"),
    ])
  func refused(list: String, line: String) {
    let error = #expect(throws: SettingsError.self) { try settings([("-o", list)]) }
    #expect(error?.description == line)
  }
}
