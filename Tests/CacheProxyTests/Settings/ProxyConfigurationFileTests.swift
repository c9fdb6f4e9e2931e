import KeyDistribution
import SystemPackage
import Testing

@testable import CacheProxy

struct ProxyConfigurationFileTests {
  private func settings(_ text: String, _ arguments: [String] = []) throws -> ProxySettings {
    let read = try ProxyCommandLine.read(["--config=f"] + arguments) { (_) throws(Errno) in text }
    guard case .serve(let settings) = read else { throw NoSettings() }
    return settings
  }

  private struct NoSettings: Error {}

  @Test func `each flag has its long name, and lists are lists`() throws {
    let settings = try settings(
      """
      # a comment
      listen: "*"
      port: 12000
      ketama: yes
      verbose: false
      conn-limit: 51200
      max-item-size: 2m
      servers:
        - a
        - b:1
        - '[::1]:2'
      backups: [c:3, d]
      """)
    #expect(settings.host == nil && settings.port == 12000 && settings.maxConnections == 51200)
    #expect(settings.usesKetama && settings.verbosity == 0 && settings.maxItemSize == 2 << 20)
    #expect(settings.mains.map(\.description) == ["a:11211", "b:1", "[::1]:2"])
    #expect(settings.backups.map(\.description) == ["c:3", "d:11211"])
    #expect(settings.configurationFile == "f")
  }

  @Test func `a server may have a share, a name, or two sides`() throws {
    let settings = try settings(
      """
      distribution: twemproxy-ketama
      hash-tag: "{}"
      servers:
        - {server: a, weight: 2, name: one}
        - pair: [b:1, c:2]
        - d|e
      """)
    #expect(settings.mains.map(\.description) == ["a:11211", "b:1|c:2", "d:11211|e:11211"])
    #expect(settings.mains[0].weight == 2 && settings.mains[0].name == "one" && settings.mains[1].weight == 1)
    #expect(
      settings.distribution
        == .twemproxyKetama(.fnv1ax64, tag: HashTag(open: UInt8(ascii: "{"), close: UInt8(ascii: "}"))))
  }

  @Test func `the command line counts more, and its servers are all there are`() throws {
    let file = "servers: [a, b]\nbackup: c\nthreads: 2\ntimeout: 7\n"
    let settings = try settings(file, ["-s", "d", "-t", "3"])
    #expect(settings.mains.map(\.description) == ["d:11211"] && settings.threads == 3)
    #expect(settings.backups.map(\.description) == ["c:11211"] && settings.answerTimeout == 7)
  }

  @Test(
    arguments: [
      ("server: a\n\nport: x\n", "f:3: port takes a number, not 'x'"),
      ("servers:\n- a\n- b:0\n", "f:3: server must be from 1 to 65535, not '0'"),
      ("server: a\nfoo: 1\n", "f:2: foo is unknown (magent -h lists the flags)"),
      ("server: a\nt: 1\n", "f:2: t is unknown (magent -h lists the flags)"),
      ("server: a\nketama: 2\n", "f:2: ketama takes true or false, not '2'"),
      ("servers: [{server: a, size: 1}]\n", "f:1: a server has server or pair, weight and name, and not 'size'"),
      ("servers: [{pair: [a]}]\n", "f:1: pair of a server is no such thing: see man magent"),
      ("servers: [[a]]\n", "f:1: server takes a text, a number, true or false"),
      ("5\n", "f:1: flags are wanted, each as name: value"), ("server: a\n---\nserver: b\n", "f:2: "),
    ])
  func `a fault is told in one line, with its own`(text: String, line: String) {
    do {
      _ = try settings(text)
      Issue.record("no fault: \(text)")
    } catch {
      #expect("\(error)".hasPrefix(line), "\(error)")
      #expect(!"\(error)".contains("\n"))
    }
  }

  @Test func `what SIGHUP cannot change stays`() throws {
    let (now, new) = (
      try settings("server: a\nport: 1\nthreads: 2\n"), try settings("server: b\nport: 3\ntimeout: 9\n")
    )
    let changed = new.keepingProcess(of: now)
    #expect(changed.port == 1 && changed.threads == 2 && changed.answerTimeout == 9)
    #expect(changed.mains.map(\.description) == ["b:11211"])
  }
}
