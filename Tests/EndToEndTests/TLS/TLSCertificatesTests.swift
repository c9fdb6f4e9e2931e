import Foundation
import TestSupport
import Testing

/// Certificates as they come, go out of date and are renewed, and what a start says of bad ones.
@Suite("Certificates", .enabled(if: Executable.isRepcached, "memcached's options of TLS need a build of its own"))
struct TLSCertificatesTests {
  private let tls: TLSRig

  init() throws { tls = try TLSRig() }

  @Test(
    "One that has expired is refused; renewed and read anew, by command or SIGHUP, it is believed",
    arguments: [false, true])
  func renewed(bySignal: Bool) throws {
    let live = try tls.certificates.make("live", days: -1)
    let daemon = try tls.daemon(live)
    #expect(throws: TLSClient.Refusal.self) { try tls.client(daemon) }
    let early = try TLSClient.established(daemon.endpoint)
    #expect(early.peerName == "live")
    try tls.certificates.replace(live, by: tls.certificates.make("renewed"))
    if bySignal {
      Kernel.signal(daemon.pid, 1)
      #expect(daemon.logs("reload: -o ssl_chain_cert: \(live.chain) has been read, with the other files of TLS"))
    } else {
      #expect(try early.ask("refresh_certs\r\n") == "OK\r\n")
    }
    #expect(try tls.client(daemon).peerName == "renewed")
    #expect(try early.ask("version\r\n").hasPrefix("VERSION"), "who is connected stays so")
    #expect(early.peerName == "live")
  }

  @Test("Bad files at a reload change nothing and are told of by name") func badReload() throws {
    let daemon = try tls.daemon()
    let client = try tls.client(daemon)
    try "broken".write(toFile: tls.server.key, atomically: false, encoding: .utf8)
    #expect(try client.ask("refresh_certs\r\n").hasPrefix("SERVER_ERROR TLS: cannot load the key \(tls.server.key): "))
    Kernel.signal(daemon.pid, 1)
    #expect(
      eventually {
        daemon.log.contains { $0.contains("TLS: cannot load the key") && $0.hasSuffix("had before is kept") }
      })
    #expect(try tls.client(daemon).peerName == "server")
  }

  @Test("A client's that has expired is refused where one is wanted, a good one is not") func clients() throws {
    let daemon = try tls.rig.launch(tls.options(nil, ",ssl_verify_mode=2"))
    let (good, old) = (try tls.certificates.make("good"), try tls.certificates.make("old", days: -1))
    try #require(daemon.becomesReady())
    #expect(try tls.client(daemon, certificate: good).ask("version\r\n").hasPrefix("VERSION"))
    for bad in [old, nil] {
      #expect(throws: TLSClient.Refusal.self) { try tls.client(daemon, certificate: bad).ask("version\r\n") }
    }
  }

  @Test("Without TLS there is nothing to read anew") func withoutTLS() throws {
    #expect(try tls.rig.daemon().client().command("refresh_certs") == "Error TLS not enabled")
  }

  @Test("A start without the files, or with bad ones, says so in one line") func badStarts() throws {
    let none = tls.certificates.file("none")
    let complaints = [
      (["-Z"], 64, "-Z needs -o ssl_chain_cert=FILE, and ssl_key=FILE if the key is not in that file"),
      (
        ["-Z", "-o", "ssl_chain_cert=\(none)"], 71,
        "TLS: cannot load the certificate chain \(none): No such file or directory"
      ),
      (
        ["-l", "notls:127.0.0.1"], 64,
        "-l notls:, btls: and mtls: tell an address apart from those of -Z, which is not given"
      ),
    ]
    for (arguments, status, line) in complaints {
      let run = try Run.asUser(["-X", "0", "-p", "\(try FreePorts.next())"] + arguments)
      #expect(run.ending == .exited(Int32(status)) && run.errors == "repcached: \(line)\n", "\(run)")
    }
  }

  @Test(
    "Files that only root may read end the start of who becomes another",
    .enabled(if: Executable.runsAsRoot, "only for root"))
  func unreadable() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: tls.server.key)
    let arguments = ["-u", "nobody", "-X", "0", "-l", "127.0.0.1", "-p", "\(try FreePorts.next())"]
    let run = try Run(arguments + tls.options())
    #expect(run.isRefusal && run.ending == .exited(71), "\(run)")
    #expect(run.errors.hasSuffix(": Permission denied (to the user of -u, nobody, who has to read it)\n"), "\(run)")
  }

  @Test("Statistics have memcached's names") func statistics() throws {
    let client = try tls.client(try tls.daemon(nil, ",ssl_session_cache,ssl_wbuf_size=64"))
    for name in ["ssl_new_sessions", "ssl_handshake_errors", "ssl_proto_errors", "time_since_server_cert_refresh"] {
      #expect(try client.statistic(name) != nil, "\(name)")
    }
    let end = try #require(try client.statistic("server_cert_not_after").flatMap(Double.init))
    #expect((Date(timeIntervalSince1970: end).timeIntervalSinceNow / 86_400).rounded() == 2)
    let settings = try client.ask("stats settings\r\n", until: "END\r\n")
    #expect(settings.contains("STAT ssl_enabled yes\r\n") && settings.contains("STAT ssl_wbuf_size 65536\r\n"))
    #expect(settings.contains("STAT ssl_chain_cert \(tls.server.chain)\r\n"))
  }
}
