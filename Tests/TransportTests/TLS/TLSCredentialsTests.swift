import Foundation
import TestSupport
import Testing
import Transport

@Suite("TLS credentials")
struct TLSCredentialsTests {
  private let authority: Authority
  private var certificates: Certificates { authority.certificates }

  init() throws { authority = try Authority() }

  private func refusal(_ adjust: (inout TLSSettings) -> Void) -> String {
    let error = #expect(throws: TLSError.self) { try authority.credentials("bad", adjust) }
    return error?.description ?? ""
  }

  @Test("Files that are not there or hold something else are told by name") func badFiles() throws {
    let none = certificates.file("none")
    #expect(
      refusal { $0.chain = none } == "TLS: cannot load the certificate chain \(none): No such file or directory")
    #expect(refusal { $0.key = none } == "TLS: cannot load the key \(none): No such file or directory")
    #expect(refusal { $0.authorities = none } == "TLS: cannot load the authorities \(none): No such file or directory")
    for adjust in [{ $0.chain = "/dev/null" }, { $0.key = "/dev/null" }, { $0.authorities = "/dev/null" }]
      as [(inout TLSSettings) -> Void]
    {
      #expect(refusal(adjust) == "TLS: /dev/null is not a file")
    }
    let text = certificates.file("text")
    try "no certificate\n".write(toFile: text, atomically: true, encoding: .utf8)
    #expect(refusal { $0.chain = text } == "TLS: cannot load the certificate chain \(text): no start line")
    #expect(refusal { $0.ciphers = "NONE-SUCH" } == "TLS: cannot use the ciphers NONE-SUCH: no cipher match")
  }

  @Test("The end that is told is that of the first certificate of the chain that ends, after a reload the new one's")
  func firstEnd() throws {
    let (long, short) = (try certificates.make("long", days: 20), try certificates.make("short", days: 10))
    let credentials = try authority.credentials("own") { ($0.chain, $0.key) = (long.chain, long.key) }
    let far = try #require(credentials.context.firstEnd)
    let days = { (end: UInt64) in (Date(timeIntervalSince1970: Double(end)).timeIntervalSinceNow / 86_400).rounded() }
    #expect(days(far) == 20)
    let texts = try [long.chain, short.chain].map { try String(contentsOfFile: $0, encoding: .utf8) }
    try texts.joined().write(toFile: long.chain, atomically: false, encoding: .utf8)
    #expect(credentials.context.firstEnd == far, "what has been read is told")
    try credentials.reload()
    #expect(credentials.context.firstEnd.map(days) == 10)
    #expect(try TLSCredentials(TLSSettings(), for: .servers).context.firstEnd == nil)
  }

  @Test("A key of another certificate is refused") func otherKey() throws {
    let other = try certificates.make("other")
    #expect(refusal { $0.key = other.key } == "TLS: cannot load the key \(other.key): key values mismatch")
  }

  @Test("A key behind a passphrase is refused, and nobody is asked for it") func passphrase() throws {
    let pair = try certificates.make("locked")
    let locked = certificates.file("locked.enc")
    try certificates.openssl(["pkey", "-in", pair.key, "-aes128", "-passout", "pass:secret", "-out", locked])
    let why = refusal { ($0.chain, $0.key) = (pair.chain, locked) }
    #expect(why.hasPrefix("TLS: cannot load the key \(locked): "))
  }

  @Test("A key may stand with the chain, and may be in DER") func forms() throws {
    let pair = try certificates.make("joined")
    let both = certificates.file("both.pem")
    let texts = try [pair.chain, pair.key].map { try String(contentsOfFile: $0, encoding: .utf8) }
    try texts.joined().write(toFile: both, atomically: true, encoding: .utf8)
    var settings = TLSSettings()
    settings.chain = both
    _ = try TLSCredentials(settings, for: .clients)
    let der = certificates.file("key.der")
    try certificates.openssl(["pkey", "-in", pair.key, "-outform", "DER", "-out", der])
    (settings.chain, settings.key, settings.keyFormat) = (pair.chain, der, .der)
    _ = try TLSCredentials(settings, for: .clients)
  }

  @Test("Renewed files are taken at a reload: by channels that begin then; bad ones leave all as it was")
  func reload() throws {
    let live = try certificates.make("live", days: -1)
    var settings = TLSSettings()
    (settings.chain, settings.key) = (live.chain, live.key)
    let server = try TLSCredentials(settings, for: .clients)
    let client = try authority.credentials("client", verification: .require)
    let trusting = try authority.credentials("trusting")
    let early = try ChannelPair(server, client: trusting)
    try #require(early.handshake() == .established)
    #expect(try ChannelPair(server, client: client).handshake() != .established, "it has expired")

    try certificates.replace(live, by: certificates.make("renewed"))
    #expect(try ChannelPair(server, client: client).handshake() != .established, "nobody has said so yet")
    try server.reload()
    #expect(try ChannelPair(server, client: client).handshake() == .established)
    #expect(early.client.send("still here") == .bytes(10))
    #expect(early.server.receive(room: 64).text == "still here")

    try "broken".write(toFile: live.key, atomically: false, encoding: .utf8)
    #expect(throws: TLSError.self) { try server.reload() }
    #expect(try ChannelPair(server, client: client).handshake() == .established)
  }

  @Test("Ciphers of both kinds may be named together") func ciphers() throws {
    _ = try authority.credentials("named") { $0.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256" }
  }

  @Test("Sessions are counted where they are kept") func sessions() throws {
    let client = try authority.credentials("client")
    for caches in [false, true] {
      let server = try authority.credentials("server") { $0.cachesSessions = caches }
      let pair = try ChannelPair(server, client: client)
      try #require(pair.handshake() == .established)
      _ = pair.client.receive(room: 10)
      #expect((server.counters.newSessions > 0) == caches)
    }
  }
}
