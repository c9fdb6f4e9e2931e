import Testing

@testable import CacheProxy

struct ProxyCommandLineTests {
  private func settings(_ arguments: String...) throws -> ProxySettings {
    guard case .serve(let settings) = try ProxyCommandLine.read(arguments) else {
      Issue.record("no settings")
      return ProxySettings()
    }
    return settings
  }

  @Test func `the line of the field means what it means to magent 0.6`() throws {
    let settings = try settings(
      "-u", "root", "-n", "51200", "-l", "192.168.1.197", "-p", "12000", "-s", "10.0.0.1:11211", "-s", "10.0.0.2:11212",
      "-b", "10.0.0.3:11211")
    #expect(settings.user == "root")
    #expect(settings.maxConnections == 51200)
    #expect(settings.host == "192.168.1.197")
    #expect(settings.port == 12000)
    #expect(settings.mains == [.init(host: "10.0.0.1", port: 11211), .init(host: "10.0.0.2", port: 11212)])
    #expect(settings.backups == [.init(host: "10.0.0.3", port: 11211)])
    #expect(settings.isDaemon)
    #expect(settings.distribution == .magent)
  }

  @Test func `what magent 0.6 takes for granted is so here`() throws {
    let settings = try settings("-s", "a")
    #expect(settings.port == 11211)
    #expect(settings.host == "0.0.0.0")
    #expect(settings.maxConnections == 4096)
    #expect(settings.idleConnections == 20)
    #expect(settings.mains == [.init(host: "a", port: 11211)])
  }

  @Test func `letters may stand together, and values behind them`() throws {
    let settings = try settings("-kDp12000", "-sa:1", "--server=b:2", "--backup", "[::1]:3", "-i", "5")
    #expect(settings.distribution == .magentKetama(isCut: false))
    #expect(!settings.isDaemon)
    #expect(settings.port == 12000)
    #expect(settings.mains.map(\.description) == ["a:1", "b:2"])
    #expect(settings.backups.map(\.description) == ["[::1]:3"])
    #expect(settings.idleConnections == 5)
  }

  @Test func `the fault of 0.5 and 0.6 is had for the asking`() throws {
    #expect(try settings("-s", "a", "-k", "--ketama-06").distribution == .magentKetama(isCut: true))
  }

  @Test func `-v stays in the foreground, as -D does`() throws {
    #expect(try !settings("-s", "a", "-v").isDaemon)
    #expect(try settings("-s", "a", "-vv").verbosity == 2)
  }

  @Test(
    arguments: [
      ([], "-s is needed: at least one server"), (["-s", "a", "-p", "0"], "-p 0 needs -f: clients could not come in"),
      (["-x"], "-x is unknown (magent -h lists the flags)"), (["-s"], "-s needs a value"),
      (["--ketama=1"], "--ketama takes no value"), (["-s", "a", "b"], "unexpected argument 'b'"),
      (["-s", "a", "-n", "x"], "-n takes a number, not 'x'"),
      (["-s", "a", "-I", "1"], "-I must be from 1k to 1024m, not '1'"),
      (["-s", "a\nb"], "-s takes host:port, not 'a?b'"),
      (["-s", "a", "-p", "99999999999999999999"], "-p must be from 0 to 65535, not '99999999999999999999'"),
    ] as [([String], String)])
  func `what is wrong is told in one line`(arguments: [String], line: String) {
    #expect(throws: ProxySettingsError.self) { try ProxyCommandLine.read(arguments) }
    do { _ = try ProxyCommandLine.read(arguments) } catch { #expect(error.description == line) }
  }

  @Test func `a question is answered whatever else is wrong with the values`() throws {
    #expect(try ProxyCommandLine.read(["-p", "x", "-h"]) == .tell(.help))
    #expect(try ProxyCommandLine.read(["-V"]) == .tell(.version))
  }

  @Test func `help names each flag`() {
    for flag in ProxyFlag.all { #expect(ProxyFlag.help.contains("--\(flag.name)")) }
  }
}
