import TestSupport
import Testing

/// The page by TLS, as the clients have it: `-o http_tls`.
@Suite("The page by TLS", .enabled(if: Executable.isRepcached, "memcached serves no page"))
struct TLSPageTests {
  private let tls: TLSRig
  private static let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

  init() throws { tls = try TLSRig() }

  /// Its clients speak no TLS.
  private func daemon(_ pair: Certificates.Pair) throws -> (daemon: Daemon, http: Endpoint) {
    let port = try FreePorts.next()
    let options = "http=127.0.0.1:\(port),http_tls,ssl_chain_cert=\(pair.chain),ssl_key=\(pair.key)"
    return (try tls.rig.daemon("-o", options), .local(port))
  }

  @Test("is served to who verifies it and to nobody in plain; SIGHUP reads the certificate anew") func page() throws {
    let live = try tls.certificates.make("live")
    let (daemon, http) = try daemon(live)
    let client = try TLSClient.established(http, tls.clientOptions())
    #expect(try client.ask(Self.request, until: "ok\n").hasPrefix("HTTP/1.1 200") && client.peerName == "live")
    let plain = try Client(to: http)
    try plain.send(Self.request)
    #expect(try !plain.rest().contains("HTTP/1.1 200"))
    #expect(try daemon.client().command("version").hasPrefix("VERSION"))
    try tls.certificates.replace(live, by: tls.certificates.make("renewed"))
    Kernel.signal(daemon.pid, 1)
    #expect(daemon.logs("reload: -o ssl_chain_cert: \(live.chain) has been read, with the other files of TLS"))
    #expect(try TLSClient.established(http, tls.clientOptions()).peerName == "renewed")
    #expect(try client.ask(Self.request, until: "ok\n").hasPrefix("HTTP/1.1 200"), "who is connected stays so")
  }

  @Test("without a certificate is one line and status 64") func without() throws {
    let run = try Run.asUser(["-X", "0", "-o", "http=\(try FreePorts.next()),http_tls"])
    #expect(run.ending == .exited(64), "\(run)")
    #expect(
      run.errors
        == "repcached: -o http_tls needs -o ssl_chain_cert=FILE, and ssl_key=FILE if the key is not in that file\n")
  }
}
