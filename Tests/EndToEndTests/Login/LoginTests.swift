import TestSupport
import Testing

/// `-Y FILE` and `-S`: who may use the cache.
@Suite("The login", .enabled(if: Executable.isRepcached, "Debian's memcached has another -Y"))
struct LoginTests {
  let rig = Rig()

  @Test("A client that has logged in is served, and who has not is told so", arguments: LoginRig.Transport.allCases)
  func served(transport: LoginRig.Transport) throws {
    let daemon = try LoginRig(rig).daemon(transport)
    let client = try daemon.insider()
    #expect(try client.store("set", "k", "1") == "STORED")
    let other = try daemon.client()
    #expect(try other.command("get key") == LoginRig.unauthenticated)
    #expect(try other.ask("set a 0 0 10\r\nbaaaz quux\r\n") == "STORED\r\n")
    #expect(try other.text(of: "k") == "1")
    #expect(try client.statistic("auth_cmds") == "2" && client.statistic("auth_errors") == "0")
  }

  @Test("It may come byte by byte, and what comes behind it with it") func pieces() throws {
    let daemon = try LoginRig(rig).daemon()
    let client = try daemon.client()
    try client.drip(Array((LoginRig.login + "get key\r\n").utf8))
    #expect(try client.read(until: "END\r\n") == "STORED\r\nEND\r\n")
  }

  @Test("Over TLS as well, in records of one byte") func overTLS() throws {
    let files = try LoginRig(rig)
    let daemon = try files.daemon(.tls)
    #expect(try daemon.insider().store("set", "k", "1") == "STORED")
    let client = try files.tlsClient()
    #expect(try client.ask("get key\r\n") == LoginRig.unauthenticated + "\r\n")
    try client.sendOneByOne(LoginRig.login + "get k\r\n")
    #expect(try client.read(until: "END\r\n") == "STORED\r\nVALUE k 0 1\r\n1\r\nEND\r\n")
    #expect(try client.ask("set any 0 0 7\r\nfoo bab\r\n") == "STORED\r\n", "the second is a set")
    let other = try files.tlsClient()
    #expect(try other.ask("set any 0 0 7\r\nfoo bab\r\n") == "CLIENT_ERROR authentication failure\r\n")
    #expect(try other.ask(LoginRig.login) == "STORED\r\n", "it has waited, and what TLS held is not forgotten")
  }

  @Test("Tokens of a megabyte are never received, however many at once") func largeTokens() throws {
    let daemon = try LoginRig(rig).daemon()
    let token = String(repeating: "x", count: 1 << 20)
    _ = try daemon.insider()
    let before = daemon.residentBytes
    // The last byte is never sent: who received them would hold fifty.
    let clients = try (0..<50).map { _ in
      let client = try daemon.client()
      do { try client.send("set any 0 0 \(token.utf8.count + 1)\r\n\(token)") } catch Client.Failure.closed {}
      return client
    }
    #expect(daemon.residentBytes < before + Executable.memoryFactor * 16 << 20)
    for client in clients {
      let told = try client.rest()
      #expect(
        told == "CLIENT_ERROR auth token too long\r\n" || told.isEmpty, "the rest of it may have reset the connection")
    }
  }

  @Test("A hundred empty lines are no login, nor is ms") func strangers() throws {
    let daemon = try LoginRig(rig).daemon()
    let empty = try daemon.client()
    try empty.send(String(repeating: "\r\n", count: 100))
    #expect(try empty.rest() == "")
    let meta = try daemon.client()
    #expect(try meta.command("ms any 7") == LoginRig.unauthenticated)
    #expect(try meta.command("foo bar") == LoginRig.unauthenticated)
    #expect(try meta.ask(LoginRig.login) == "STORED\r\n", "the client may still log in")
  }

  @Test("With -S a client of the binary protocol logs in by PLAIN; without it every frame is refused") func binary()
    throws
  {
    let files = try LoginRig(rig)
    let plain = BinaryFrame(0x21, "PLAIN", value: Array("\0foo\0bar".utf8))
    let client = try files.daemon(.tcp, ["-S"]).client()
    #expect(try client.ask(BinaryFrame(0x20)).text == "PLAIN")
    #expect(try client.ask(plain).text == "Authenticated")
    #expect(try client.ask(.set("k", "1")).status == 0 && client.ask(.get("k")).text == "1")
    let refused = try files.daemon().client()
    try refused.send([plain])
    let (answers, rest) = BinaryAnswer.all(try refused.restBytes())
    #expect(answers.map(\.description) == ["#0 21 20 Auth failure."] && rest == 0)
  }

  @Test("stats settings tells of it") func settings() throws {
    let files = try LoginRig(rig)
    let client = try files.daemon(.tcp, ["-S"]).insider()
    let settings = Dictionary(uniqueKeysWithValues: try client.statistics("settings"))
    #expect(settings["auth_enabled_ascii"] == files.path && settings["auth_enabled_sasl"] == "yes")
  }

  @Test("A wrong password is refused and counted, and then the right one is not") func wrong() throws {
    let daemon = try LoginRig(rig).daemon()
    let client = try daemon.client()
    for token in ["foo bab", "fop bar", "foo quu"] {
      #expect(try client.ask("set any 0 0 7\r\n\(token)\r\n") == "CLIENT_ERROR authentication failure\r\n")
    }
    #expect(try client.ask(LoginRig.login) == "STORED\r\n")
    #expect(try client.statistic("auth_cmds") == "4" && client.statistic("auth_errors") == "3")
    #expect(daemon.hasLogged("login: refused 127.0.0.1"), "\(daemon.log)")
  }

  // MARK: The command line

  @Test(
    "What does not go with it is refused with status 64",
    arguments: [
      (["-Y", "/u", "-U", "11211"], "-U does not go with -Y"), (["-S"], "-S needs -Y"),
      (["-Y", "/u", "-B", "binary"], "-B binary with -Y needs -S"),
      (["-Y", "/u", "-S", "-B", "ascii"], "-S is the login of the binary protocol"),
    ])
  func contradictions(arguments: [String], complaint: String) throws {
    let run = try Run.asUser(arguments)
    #expect(run.isRefusal && run.ending == .exited(64) && run.errors.hasPrefix("repcached: \(complaint)"), "\(run)")
  }
}
