import TestSupport
import Testing

/// What the options of `ssl_` do, seen from a client.
@Suite("Options of TLS", .enabled(if: Executable.isRepcached, "memcached's options of TLS need a build of its own"))
struct TLSOptionsTests {
  private let tls: TLSRig
  private static let tls12 = 0x0303
  private static let tls13 = 0x0304

  init() throws { tls = try TLSRig() }

  @Test("ssl_session_cache lets a client go on with its session; without it nobody can", arguments: [tls12, tls13])
  func sessions(version: Int) throws {
    for (option, isResumed) in [(",ssl_session_cache", true), ("", false)] {
      let daemon = try tls.daemon(nil, option)
      let first = try tls.client(daemon, version: version)
      #expect(try first.ask("version\r\n").hasPrefix("VERSION") && !first.isResumed)
      let second = try tls.client(daemon, version: version, session: first.session)
      #expect(try second.ask("version\r\n").hasPrefix("VERSION"))
      #expect(second.isResumed == isResumed, "\(option)")
      let count = try second.statistic("ssl_new_sessions") ?? "0"
      // OpenSSL tells of no new session where TLS 1.2 has it in a ticket.
      if version == Self.tls13 { #expect((count != "0") == isResumed, "\(option)") }
    }
  }

  @Test("ssl_min_version=3 refuses who speaks TLS 1.2 at most") func minVersion() throws {
    let daemon = try tls.daemon(nil, ",ssl_min_version=3")
    #expect(throws: TLSClient.Refusal.self) { try tls.client(daemon, version: Self.tls12) }
    #expect(try tls.client(daemon, version: Self.tls13).ask("version\r\n").hasPrefix("VERSION"))
  }

  @Test(
    "ssl_ciphers are those that are spoken, of TLS 1.2 and of 1.3",
    arguments: [
      ("ECDHE-ECDSA-AES128-GCM-SHA256", tls12), ("ECDHE-ECDSA-AES256-GCM-SHA384", tls12),
      ("TLS_AES_128_GCM_SHA256", tls13), ("TLS_CHACHA20_POLY1305_SHA256", tls13),
    ])
  func ciphers(name: String, version: Int) throws {
    let client = try tls.client(try tls.daemon(nil, ",ssl_ciphers=\(name)"), version: version)
    #expect(client.cipher == name)
    #expect(try client.ask("version\r\n").hasPrefix("VERSION"))
  }

  @Test("btls: wants no certificate of a client where ssl_verify_mode does, and the others do") func btls() throws {
    let (plain, lenient, strict) = (try FreePorts.next(), try FreePorts.next(), try FreePorts.next())
    let list = "notls:127.0.0.1:\(plain),btls:127.0.0.1:\(lenient),127.0.0.1:\(strict)"
    let daemon = try tls.rig.launch(
      exactly: ["-X", "0", "-l", list] + tls.options(nil, ",ssl_verify_mode=2"), endpoint: .local(plain))
    try #require(daemon.becomesReady(), "\(daemon.log)")
    let client = try TLSClient.established(.local(lenient), tls.clientOptions())
    #expect(try client.ask("version\r\n").hasPrefix("VERSION"))
    #expect(throws: TLSClient.Refusal.self) {
      try TLSClient.established(.local(strict), tls.clientOptions()).ask("version\r\n")
    }
  }
}
