import TestSupport
import Testing

@testable import CacheServer

@Suite("Certificates that are read anew")
struct CertificatesTests {
  @Test("Of clients and of the pair both; a bad file is told of, without TLS there is nothing to do") func both() throws
  {
    let certificates = try Certificates()
    let pair = try certificates.make("server")
    var settings = Settings()
    (settings.tls.chain, settings.tls.key, settings.tls.authorities) = (pair.chain, pair.key, certificates.authority)
    (settings.isTLSEnabled, settings.peering.usesTLS) = (true, true)
    let context = try ServerContext(settings: settings) { _ in }
    let before = try #require(context.tls?.context)
    let pairBefore = try #require(context.pairTLS?.context)
    try context.reloadCertificates()
    #expect(context.tls?.context !== before && context.pairTLS?.context !== pairBefore)
    try "broken".write(toFile: pair.chain, atomically: true, encoding: .utf8)
    #expect(throws: (any Error).self) { try context.reloadCertificates() }
    let plain = try ServerContext(settings: Settings()) { _ in }
    #expect(!plain.usesTLS)
    try plain.reloadCertificates()
  }
}
