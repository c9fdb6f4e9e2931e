import Foundation
import TestSupport
import Testing

/// `--tls-cert` and `--server-tls`.
@Suite("magent and TLS")
struct ProxyTLSTests {
  let rig = Rig()
  private let certificates: Certificates
  private let pair: Certificates.Pair

  init() throws {
    certificates = try Certificates()
    pair = try certificates.make("server")
  }

  private func magent(_ servers: [Daemon], _ more: [String]) throws -> Daemon {
    try rig.magent(servers.flatMap { ["-s", "\($0.endpoint)"] } + more)
  }

  private var front: [String] { ["--tls-cert", pair.chain, "--tls-key", pair.key] }

  private func client(_ magent: Daemon, authority: String? = nil) throws -> TLSClient {
    try .established(magent.endpoint, .init(authority: authority ?? certificates.authority))
  }

  private func sealedServer(_ pair: Certificates.Pair? = nil) throws -> Daemon {
    let pair = pair ?? self.pair
    return try rig.daemon("-Z", "-o", "ssl_chain_cert=\(pair.chain),ssl_key=\(pair.key)", "-t", "1")
  }

  @Test("Clients speak TLS: whole requests, single bytes, values of many records, hundreds pipelined") func clients()
    throws
  {
    let magent = try magent([try rig.daemon(), try rig.daemon()], front)
    let client = try client(magent)
    #expect(try client.ask("set k 0 0 1\r\nx\r\n") == "STORED\r\n")
    try client.sendOneByOne("get k\r\n")
    #expect(try client.read(until: "END\r\n") == "VALUE k 0 1\r\nx\r\nEND\r\n")
    let large = String(repeating: "z", count: 500_000)
    #expect(try client.ask("set large 0 0 500000\r\n\(large)\r\n") == "STORED\r\n")
    #expect(try client.ask("get large\r\n", until: "END\r\n") == "VALUE large 0 500000\r\n\(large)\r\nEND\r\n")
    let many = (0..<300).map { "set p\($0) 0 0 1\r\n1\r\nget p\($0)\r\n" }.joined()
    let expected = (0..<300).map { "STORED\r\nVALUE p\($0) 0 1\r\n1\r\nEND\r\n" }.joined()
    try client.send(many)
    #expect(try client.read(until: "VALUE p299 0 1\r\n1\r\nEND\r\n") == expected)
  }

  @Test("Who speaks no TLS is not served, and holds up nobody") func plainClients() throws {
    let magent = try magent([try rig.daemon()], front)
    let plain = try magent.client()
    try plain.send("get k\r\n")
    #expect(throws: (any Error).self) { try plain.line() }
    #expect(try client(magent).ask("get k\r\n", until: "END\r\n") == "END\r\n")
  }

  @Test("Servers are spoken to over TLS, with backups, in both protocols, and probed over it", arguments: [0, 1])
  func servers(backups: Int) throws {
    let main = try sealedServer()
    let backup = try (0..<backups).map { _ in try sealedServer() }
    let magent = try magent(
      [main],
      ["--server-tls", "--server-tls-ca", certificates.authority, "--retry-interval=50"]
        + backup.flatMap { ["-b", "\($0.endpoint)"] })
    let client = try magent.client()
    let large = String(repeating: "z", count: 300_000)
    #expect(try client.store("set", "large", large) == "STORED")
    #expect(try client.text(of: "large") == large)
    #expect(try client.store("set", "k", "1") == "STORED")
    let binary = try magent.client()
    #expect(try binary.ask(.set("b", "2")).status == 0 && binary.ask(.get("b")).text == "2")
    main.kill()
    if backups > 0 {
      #expect(try client.text(of: "k") == "1" && client.text(of: "large") == large)
    } else {
      #expect(try client.command("get k").hasPrefix("SERVER_ERROR "))
    }
    let again = try rig.daemon(
      ["-Z", "-o", "ssl_chain_cert=\(pair.chain),ssl_key=\(pair.key)", "-t", "1"], port: main.endpoint.port)
    #expect(
      try eventually { try client.statistics("proxy").first { $0.name == "server_0_state" }?.value == "alive" })
    #expect(try client.store("set", "k", "3") == "STORED" && client.text(of: "k") == "3")
    _ = again
  }

  @Test("A server whose certificate is another authority's, or names another host, or that speaks none, is dead")
  func judged() throws {
    let foreign = try Certificates()
    let strangers = [
      try sealedServer(try foreign.make("server")),
      try sealedServer(try certificates.make("other", names: "DNS:elsewhere")),
      try rig.daemon(),
    ]
    for server in strangers {
      let magent = try magent(
        [server], ["--server-tls", "--server-tls-ca", certificates.authority, "--retry-interval=100000"])
      #expect(try magent.client().command("get k").hasPrefix("SERVER_ERROR "))
      #expect(eventually { magent.log.contains { $0.contains(" is dead: ") } }, "\(magent.log)")
    }
    // Without authorities any certificate will do.
    let magent = try magent([strangers[0]], ["--server-tls"])
    #expect(try magent.client().store("set", "k", "1") == "STORED")
  }

  @Test("Both sides, with logins on both") func both() throws {
    let users = try LoginRig(rig)
    let server = try rig.daemon("-Z", "-o", "ssl_chain_cert=\(pair.chain),ssl_key=\(pair.key)", "-Y", users.path)
    let secret = try rig.folder().file("login")
    try LoginRig.write("baaaz:quux\n", to: secret, mode: 0o600)
    let magent = try magent([server], front + ["--server-tls", "-Y", users.path, "--server-login", secret])
    let client = try client(magent)
    #expect(try client.ask("get key\r\n") == LoginRig.unauthenticated + "\r\n")
    #expect(try client.ask(LoginRig.login) == "STORED\r\n")
    #expect(try client.ask("set k 0 0 1\r\nx\r\n") == "STORED\r\n")
    #expect(try client.ask("get k\r\n", until: "END\r\n") == "VALUE k 0 1\r\nx\r\nEND\r\n")
  }

  @Test("At SIGHUP a new certificate is shown, and a bad one is not") func renewed() throws {
    let magent = try magent([try rig.daemon()], front)
    let other = try Certificates()
    try certificates.replace(pair, by: try other.make("server"))
    Kernel.signal(magent.pid, 1)
    #expect(eventually { (try? client(magent, authority: other.authority)) != nil })
    try Data("nonsense".utf8).write(to: URL(fileURLWithPath: pair.chain))
    Kernel.signal(magent.pid, 1)
    #expect(
      eventually { magent.log.contains { $0.hasSuffix("; the certificates stay as they were") } }, "\(magent.log)")
    #expect(try client(magent, authority: other.authority).ask("get k\r\n", until: "END\r\n") == "END\r\n")
  }

  @Test("A certificate that cannot be used ends it in one line") func badCertificates() throws {
    let run = try Run(
      ["-D", "-p", "\(try FreePorts.next())", "-s", "127.0.0.1", "--tls-cert", "/nowhere", "--tls-key", "/nowhere"],
      program: Executable.magent)
    #expect(run.isRefusal && run.ending == .exited(71), "\(run)")
  }
}
