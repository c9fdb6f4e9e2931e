import Foundation
import TestSupport
import Testing

/// The pair over TLS: `-o repl_tls`.
@Suite("The pair over TLS", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct TLSPairTests {
  private let tls: TLSRig

  init() throws { tls = try TLSRig() }

  private func options(_ pair: Certificates.Pair, authority: String? = nil, _ more: String = "") -> [String] {
    let authority = authority ?? tls.certificates.authority
    return ["-o", "repl_tls,ssl_chain_cert=\(pair.chain),ssl_key=\(pair.key),ssl_ca_cert=\(authority)\(more)"]
  }

  private func sides(_ roles: Pair.Roles = .onlyBConnects, _ a: [String], _ b: [String]) throws -> (Side, Side) {
    var (sideA, sideB) = try Pair.sides(roles)
    (sideA.options, sideB.options) = (a, b)
    return (sideA, sideB)
  }

  @Test(
    "Both prove themselves and are equal, in either role: a copy, a stream, a large value",
    arguments: Pair.Roles.allCases)
  func equal(roles: Pair.Roles) throws {
    let secret = tls.certificates.file("secret")
    let isMade = FileManager.default.createFile(
      atPath: secret, contents: Data("correct horse battery staple".utf8), attributes: [.posixPermissions: 0o600])
    try #require(isMade)
    let other = try tls.certificates.make("other")
    let (sideA, sideB) = try sides(
      roles, options(tls.server, ",repl_secret=\(secret)"), options(other, ",repl_secret=\(secret)"))
    let a = roles == .onlyBConnects ? try tls.rig.start(sideA) : try tls.rig.launch(sideA)
    if roles == .onlyBConnects {
      let client = try a.client()
      for number in 0..<2000 { _ = try client.store("set", "copied\(number)", "\(number)") }
      _ = try client.store("set", "large", String(repeating: "L", count: 900_000))
    }
    let b = try tls.rig.launch(sideB)
    for daemon in [a, b] { try daemon.mustStream() }
    let (clientA, clientB) = (try a.client(), try b.client())
    _ = try clientB.store("set", "streamed", String(repeating: "S", count: 800_000))
    _ = try clientA.store("set", "back", "1")
    #expect(try settled(on: "1") { try clientB.text(of: "back") } == "1")
    let digests = try Digests(clientA, clientB)
    #expect(try eventually { try digests.areEqual() })
    if roles == .onlyBConnects { #expect(try clientB.text(of: "copied1999") == "1999") }
  }

  @Test("Nothing of a value can be read on the wire") func hidden() throws {
    let other = try tls.certificates.make("other")
    var (sideA, sideB) = try sides(options(tls.server), options(other))
    let wire = try tls.rig.wire(&sideA, &sideB)
    let (a, b) = (try tls.rig.launch(sideA), try tls.rig.launch(sideB))
    for daemon in [a, b] { try daemon.mustStream() }
    _ = try b.client().store("set", "k", "precious")
    #expect(try settled(on: "precious") { try a.client().text(of: "k") } == "precious")
    let opening = try #require(wire.relays.first).opening
    #expect(opening.first == 22, "a handshake of TLS comes first")
    #expect(!String(decoding: opening, as: UTF8.self).contains("repcached-hello"))
  }

  @Test("Who shows none, an expired one, another's or another name is refused, and the log says why") func refused()
    throws
  {
    let stranger = try Certificates()
    let badOnes: [(name: String, options: [String], why: String)] = [
      ("plain", [], "wrong version number"),
      ("expired", options(try tls.certificates.make("expired", days: -1)), "certificate has expired"),
      ("stranger", options(try stranger.make("stranger")), "unable to get local issuer certificate"),
    ]
    for bad in badOnes {
      let (sideA, sideB) = try sides(options(tls.server), bad.options)
      let a = try tls.rig.start(sideA)
      _ = try a.client().store("set", "k", "precious")
      let b = try tls.rig.start(sideB)
      #expect(
        eventually { a.log.contains { $0.hasPrefix("replication: TLS with 127.0.0.1:") && $0.contains(bad.why) } },
        "\(bad.name): \(a.log)")
      #expect(try b.client().text(of: "k") == nil)
      #expect(!a.hasLogged("replication: accept") && !b.hasLogged("replication: start"), "\(a.log)\n\(b.log)")
    }
    let named = try tls.certificates.make("named", names: "DNS:elsewhere")
    let (sideA, sideB) = try sides(options(named), options(tls.server))
    _ = try tls.rig.start(sideA)
    let b = try tls.rig.start(sideB)
    #expect(eventually { b.log.contains { $0.contains("IP address mismatch") } }, "\(b.log)")
  }

  @Test("Renewed certificates are taken by the next link, and the one that is up stays up") func renewed() throws {
    let live = try tls.certificates.make("live")
    let (sideA, sideB) = try sides(options(tls.server), options(live))
    let a = try tls.rig.launch(sideA)
    var b = try tls.rig.launch(sideB)
    for daemon in [a, b] { try daemon.mustStream() }
    try tls.certificates.replace(tls.server, by: tls.certificates.make("renewed"))
    #expect(try a.client().command("refresh_certs") == "OK")
    #expect(!a.hasLogged("replication: close"))
    b.kill()
    #expect(a.logs("replication: close"))
    b = try tls.rig.launch(sideB)
    try b.mustStream()
  }

  @Test("Options that do not go together are refused in one line") func badOptions() throws {
    let lines = [
      (
        "repl_tls",
        "-o repl_tls needs -o ssl_chain_cert=FILE and ssl_ca_cert=FILE: each side proves itself to the other"
      ),
      (
        "repl_tls,repl_legacy,ssl_chain_cert=c,ssl_ca_cert=a",
        "-o repl_legacy: a repcached 2.x does not speak the TLS of -o repl_tls"
      ),
    ]
    for (list, line) in lines {
      let run = try Run.asUser(["-p", "\(try FreePorts.next())", "-o", list])
      #expect(run.ending == .exited(64) && run.errors == "repcached: \(line)\n", "\(run)")
    }
  }
}
