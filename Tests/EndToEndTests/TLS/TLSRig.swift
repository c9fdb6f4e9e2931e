import TestSupport
import Testing

/// A daemon with -Z, and the certificates that it and its clients have.
struct TLSRig {
  let rig = Rig()
  let certificates: Certificates
  let server: Certificates.Pair

  init() throws {
    certificates = try Certificates()
    server = try certificates.make("server")
  }

  /// The options of a daemon that shows this certificate.
  func options(_ pair: Certificates.Pair? = nil, _ more: String = "") -> [String] {
    let pair = pair ?? server
    return [
      "-Z", "-o", "ssl_chain_cert=\(pair.chain),ssl_key=\(pair.key),ssl_ca_cert=\(certificates.authority)\(more)",
    ]
  }

  func daemon(_ pair: Certificates.Pair? = nil, _ more: String = "", _ flags: [String] = []) throws -> Daemon {
    try rig.daemon(options(pair, more) + flags)
  }

  /// One that judges the daemon by the authority.
  func client(
    _ daemon: Daemon, certificate: Certificates.Pair? = nil, version: Int? = nil, session: TLSSession? = nil
  ) throws -> TLSClient {
    var options = clientOptions(certificate: certificate, version: version)
    options.session = session
    return try .established(daemon.endpoint, options)
  }

  func clientOptions(certificate: Certificates.Pair? = nil, version: Int? = nil) -> TLSClient.Options {
    TLSClient.Options(authority: certificates.authority, certificate: certificate, version: version)
  }
}
