import Testing
import Transport

@testable import CacheServer

@Suite("Statistics of TLS")
struct TLSMetricsTests {
  @Test("There are none but the settings where there is no TLS") func off() throws {
    let client = try WorkerRig().client()
    #expect(client.values("").keys.filter { $0.hasPrefix("ssl_") }.isEmpty)
    let settings = client.values("settings")
    let expected = [
      "ssl_enabled": "no", "ssl_chain_cert": "NULL", "ssl_key": "NULL", "ssl_verify_mode": "0", "ssl_keyformat": "1",
      "ssl_ciphers": "NULL", "ssl_ca_cert": "NULL", "ssl_wbuf_size": "16384", "ssl_session_cache": "no",
      "ssl_kernel_tls": "no", "ssl_min_version": "tlsv1.2",
    ]
    #expect(settings.filter { $0.key.hasPrefix("ssl_") } == expected)
  }

  @Test("They say what was told, in memcached's numbers") func told() throws {
    let rig = try WorkerRig {
      ($0.tls.chain, $0.tls.verification, $0.tls.keyFormat, $0.tls.minVersion) = ("/c", .once, .der, .tls13)
    }
    let settings = try rig.client().values("settings")
    #expect(settings["ssl_chain_cert"] == "/c" && settings["ssl_key"] == "/c", "the key is where the chain is")
    #expect(settings["ssl_verify_mode"] == "7" && settings["ssl_keyformat"] == "2")
    #expect(settings["ssl_min_version"] == "tlsv1.3")
  }
}
