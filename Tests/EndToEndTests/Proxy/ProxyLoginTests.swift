import Foundation
import TestSupport
import Testing

/// `-Y`, `-S` and `--server-login`.
@Suite("magent and logins")
struct ProxyLoginTests {
  let rig = Rig()

  private static let plain = BinaryFrame(0x21, "PLAIN", value: Array("\0foo\0bar".utf8))

  @Test("Clients log in as at repcached: who has not is told so, and who has is served") func clients() throws {
    let server = try rig.daemon()
    let files = try LoginRig(rig)
    let magent = try rig.magent(["-s", "\(server.endpoint)", "-Y", files.path])
    let client = try magent.client()
    #expect(try client.command("get key") == LoginRig.unauthenticated)
    #expect(try client.ask("set any 0 0 7\r\nfoo bab\r\n") == "CLIENT_ERROR authentication failure\r\n")
    let both = "STORED\r\nSTORED\r\n"
    #expect(try client.ask(LoginRig.login + "set k 0 0 1\r\nx\r\n", until: both) == both)
    #expect(try client.text(of: "k") == "x")
    let pieces = try magent.client()
    try pieces.drip(Array((LoginRig.login + "get k\r\n").utf8))
    #expect(try pieces.read(until: "END\r\n") == "STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n")
    #expect(try client.statistics("proxy").first { $0.name == "auth_errors" }?.value == "1")
    #expect(try server.client().text(of: "any") == nil, "a login is no item")
  }

  @Test("Many clients, most of which have not logged in, are told apart") func many() throws {
    let server = try rig.daemon()
    let files = try LoginRig(rig)
    let magent = try rig.magent(["-s", "\(server.endpoint)", "-Y", files.path, "-t", "1"])
    let trustedSockets = try (0..<10).map { _ in try magent.insider() }
    let strangers = try (0..<10).map { _ in try magent.client() }
    for (number, stranger) in strangers.enumerated() { try stranger.send("set a 0 0 \(number + 1)0\r\n") }
    for (number, insider) in trustedSockets.enumerated() {
      try insider.send("set k\(number) 0 0 5\r\nab")
      let token = String(repeating: "x", count: (number + 1) * 10)
      #expect(try strangers[number].ask(token + "zz").hasPrefix("CLIENT_ERROR "))
      #expect(try insider.ask("cde\r\n") == "STORED\r\n")
      #expect(try insider.text(of: "k\(number)") == "abcde")
    }
  }

  @Test("With -S a client of the binary protocol logs in by PLAIN; without it every frame is refused") func binary()
    throws
  {
    let server = try rig.daemon()
    let files = try LoginRig(rig)
    let magent = try rig.magent(["-s", "\(server.endpoint)", "-Y", files.path, "-S"])
    let client = try magent.client()
    #expect(try client.ask(BinaryFrame(0x20)).text == "PLAIN")
    #expect(try client.ask(Self.plain).text == "Authenticated")
    #expect(try client.ask(.set("k", "1")).status == 0 && client.ask(.get("k")).text == "1")
    let refused = try rig.magent(["-s", "\(server.endpoint)", "-Y", files.path]).client()
    try refused.send([Self.plain])
    let (answers, rest) = BinaryAnswer.all(try refused.restBytes())
    #expect(answers.map(\.description) == ["#0 21 20 Auth failure."] && rest == 0)
  }

  @Test("The users are read again at SIGHUP, and a bad file changes nothing") func reload() throws {
    let server = try rig.daemon()
    let files = try LoginRig(rig)
    let magent = try rig.magent(["-s", "\(server.endpoint)", "-Y", files.path])
    try files.write("new:user\n")
    Kernel.signal(magent.pid, 1)
    #expect(try eventually { try magent.client().ask("set any 0 0 8\r\nnew user\r\n") == "STORED\r\n" })
    try files.write("nobody\n")
    Kernel.signal(magent.pid, 1)
    #expect(eventually { magent.log.contains { $0.contains("is not user:password; the users stay as they were") } })
    #expect(try magent.client().ask("set any 0 0 8\r\nnew user\r\n") == "STORED\r\n")
  }

  @Test(
    "Servers that want a login get one, in both protocols, and are filled again and probed with it", arguments: [0, 1])
  func servers(backups: Int) throws {
    let files = try LoginRig(rig)
    let secret = try rig.folder().file("login")
    try LoginRig.write("foo:bar\n", to: secret, mode: 0o600)
    let servers = try (0...backups).map { _ in try files.daemon(.tcp, ["-S"]) }
    let magent = try rig.magent(
      ["-s", "\(servers[0].endpoint)", "--server-login", secret, "--retry-interval=50", "-t", "1"]
        + servers.dropFirst().flatMap { ["-b", "\($0.endpoint)"] })
    let client = try magent.client()
    #expect(try client.store("set", "k", "1") == "STORED" && client.text(of: "k") == "1")
    let binary = try magent.client()
    #expect(try binary.ask(.set("b", "2")).status == 0 && binary.ask(.get("b")).text == "2")
    servers[0].kill()
    _ = try client.ask("mg k\r\n")
    let again = try rig.daemon(["-Y", files.path, "-S"], port: servers[0].endpoint.port)
    #expect(
      try eventually { try client.statistics("proxy").first { $0.name == "server_0_state" }?.value == "alive" })
    #expect(try client.store("set", "k", "3") == "STORED")
    #expect(try again.insider().text(of: "k") == "3")
  }

  @Test("A server that wants none is told none, and one that takes another is dead") func otherServers() throws {
    let secret = try rig.folder().file("login")
    try LoginRig.write("foo:wrong\n", to: secret, mode: 0o600)
    let open = try rig.daemon()
    let magent = try rig.magent(["-s", "\(open.endpoint)", "--server-login", secret])
    let client = try magent.client()
    #expect(try client.store("set", "k", "1") == "STORED")
    #expect(try open.client().text(of: "login") == nil && open.client().statistic("curr_items") == "1")
    let closed = try LoginRig(rig).daemon()
    let other = try rig.magent(["-s", "\(closed.endpoint)", "--server-login", secret, "--retry-interval=100000"])
    #expect(try other.client().command("get k").hasPrefix("SERVER_ERROR "))
    #expect(eventually { other.log.contains { $0.hasSuffix("is dead: the login was refused") } }, "\(other.log)")
  }

  @Test("A file of a login that is none ends it in one line") func badFile() throws {
    let path = try rig.folder().file("login")
    try LoginRig.write("nobody\n", to: path, mode: 0o600)
    for file in [path, "/nowhere", "/dev/zero"] {
      let run = try Run(
        ["-D", "-p", "0", "-f", path + ".s", "-s", "127.0.0.1", "--server-login", file], program: Executable.magent)
      #expect(run.isRefusal && run.ending == .exited(71) && run.errors.contains("--server-login: \(file)"), "\(run)")
    }
    let run = try Run(["-s", "a", "-S"], program: Executable.magent)
    #expect(run.isRefusal && run.ending == .exited(64) && run.errors.contains("-S needs -Y"), "\(run)")
  }
}
