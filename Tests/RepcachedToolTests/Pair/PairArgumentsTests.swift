import Platform
import TestSupport
import Testing

@testable import repcached_tool

/// A server names its peer, and the password goes to whom the user trusts.
@Suite("The other side of a pair")
struct PairArgumentsTests {
  /// A side that names a host of loopback as its peer, at its own port.
  private func side() throws -> ScriptedServer {
    try ScriptedServer { line in
      if line.hasPrefix("set ") { return .say("") }
      if line == "app secret" { return .say("STORED\r\n") }
      if line == "stats replication" { return .say("STAT state stream\r\nSTAT peer 127.0.0.66:1\r\nEND\r\n") }
      return .say("STAT a 1\r\nEND\r\n")
    }
  }

  private func sides(_ server: ScriptedServer, _ other: ServerName?, _ access: AccessOptions) -> [String] {
    PairArguments.sides(server.name, other, access).map(\.server)
  }

  @Test("is followed where nothing is shown to it") func followed() throws {
    let server = try side()
    defer { server.end() }
    #expect(try sides(server, nil, .of()).last?.hasPrefix("127.0.0.66:") == true)
  }

  @Test("is not shown a password because a server names it") func login() throws {
    let server = try side()
    defer { server.end() }
    let directory = TemporaryDirectory()
    let file = try directory.write("app:secret\n", to: "login")
    #expect(try sides(server, nil, .of("--login", file)) == [server.name.description])
    #expect(try sides(server, server.name, .of("--login", file)).count == 2, "both were named")
    #expect(try AccessOptions.of("--login", file, "--tls").mayLogInAtNamed == false)
    #expect(try AccessOptions.of("--login", file, "--tls", "--ca", file).mayLogInAtNamed)
  }
}
