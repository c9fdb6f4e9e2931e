import Transport

/// The TLS of a client, made once.
struct ClientSecurity: Sendable {
  let context: TLSContext
  /// Whom the certificates name; nil: the host that is connected to.
  let name: String?

  init(_ settings: MemcacheClientConfiguration.TLS) throws(MemcacheError) {
    var tls = TLSSettings()
    tls.authorities = settings.authorities
    tls.chain = settings.certificate
    tls.key = settings.key
    tls.verification = settings.verifiesServer ? .require : .none
    do throws(TLSError) {
      context = try TLSContext(tls, for: .servers, counters: TLSCounters())
    } catch {
      throw .configuration(error.description)
    }
    name = settings.serverName
  }
}
