import ConnectionServer
import Foundation
import Platform
import TestSupport
import Testing

@testable import CacheServer

@Suite("What a server's threads share")
struct ServerContextTests {
  @Test("Verbosity stays within what there is", arguments: [(-1, 0), (0, 0), (2, 2), (99, 3)])
  func verbosity(level: Int, kept: Int) throws {
    let context = try ServerContext(settings: Settings()) { _ in }
    context.setVerbosity(level)
    #expect(context.verbosity == kept)
  }

  @Test("Who is on this host may name another peer, and with a login whoever has logged in") func administration()
    throws
  {
    let context = try ServerContext(settings: Settings()) { _ in }
    var settings = Settings()
    settings.authFile = "/users"
    let withLogin = try ServerContext(settings: settings) { _ in }
    for host in ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"] {
      let client: SocketAddress = try #require(.numeric(host: host, port: 1))
      #expect(context.mayAdministrate(client), "\(host)")
    }
    #expect(context.mayAdministrate(.unix(path: "")) && !context.mayAdministrate(nil))
    for host in ["10.0.0.2", "192.168.1.1", "::", "fe80::1", "8.8.8.8", "::ffff:10.0.0.1"] {
      let client: SocketAddress = try #require(.numeric(host: host, port: 1))
      #expect(!context.mayAdministrate(client) && withLogin.mayAdministrate(client), "\(host)")
    }
  }

  @Test("A file of users that everybody may read is said to be, and is taken all the same", arguments: [0o600, 0o644])
  func openFile(mode: Int) throws {
    let directory = TemporaryDirectory()
    let file = directory.file("users")
    try Data("foo:bar\n".utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    var settings = Settings()
    settings.authFile = file
    let log = LogLines()
    let context = try ServerContext(settings: settings) { log.add($0) }
    #expect(try context.loadUsers(file) == "one user")
    #expect(
      log.all
        == (mode == 0o644
          ? ["-Y: \(SettingsValue.printable(file)) is open to everybody on this host: chmod 640 it"] : []))
  }

  /// Where clients come in, with these settings: TCP, then UDP.
  private func places(_ adjust: (inout Settings) -> Void) -> [String] {
    var settings = Settings()
    adjust(&settings)
    return (settings.listeningPlaces + settings.datagramPlaces).map { place in
      switch place {
      case .unix(let path, _): path
      case .tcp(let host, let port, .none): "tcp \(host ?? "*"):\(port)"
      case .tcp(let host, let port, .tls(let verification)):
        "\(verification.map { "\($0)" } ?? "usual") tls \(host ?? "*"):\(port)"
      case .udp(let host, let port): "udp \(host ?? "*"):\(port)"
      }
    }
  }

  @Test("Datagrams come in where connections do, at -U or at the port that -l tells, and not beside a unix socket")
  func datagramPlaces() {
    #expect(places { _ in } == ["tcp *:11211"])
    #expect(places { $0.udpPort = 11311 } == ["tcp *:11211", "udp *:11311"])
    #expect(places { ($0.port, $0.udpPort) = (.any, .any) } == ["tcp *:0", "udp *:0"])
    #expect(places { ($0.port, $0.udpPort) = (0, 11311) } == ["udp *:11311"])
    let addresses = [Settings.Address(host: "a"), Settings.Address(host: "b", port: 7)]
    #expect(
      places { ($0.addresses, $0.udpPort) = (addresses, 11311) }
        == ["tcp a:11211", "tcp b:7", "udp a:11311", "udp b:7"])
    #expect(places { ($0.unixSocket, $0.udpPort) = ("/s", 11311) } == ["/s"])
  }

  @Test("With -Z connections are TLS, but where their address says otherwise") func securedPlaces() {
    #expect(places { $0.isTLSEnabled = true } == ["usual tls *:11211"])
    var (plain, strict) = (Settings.Address(host: "a"), Settings.Address(host: "b"))
    (plain.security, strict.security) = (ListeningPlace.Security.none, .tls(.require))
    let addresses = [plain, strict, Settings.Address(host: "c")]
    let expected = ["tcp a:11211", "require tls b:11211", "usual tls c:11211"]
    #expect(places { ($0.addresses, $0.isTLSEnabled) = (addresses, true) } == expected)
  }

  @Test("A store that cannot be made is an error with a line") func tooLarge() throws {
    var settings = Settings()
    settings.memoryLimit = 1 << 60
    #expect(throws: ServerError.self) { try ServerContext(settings: settings) { _ in } }
  }
}
