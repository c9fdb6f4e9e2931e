import Testing

/// The secret becomes another while the pair runs: both sides stay warm.
@Suite("Another secret without a restart", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct SecretRotationTests {
  private let rig = Rig()
  private let old = "correct horse battery staple"
  private let new = "a newer horse and its staple"

  /// A side's file, and its daemon.
  private struct Host {
    let path: String
    let daemon: Daemon

    static func write(_ secrets: [String], to path: String) throws {
      try LoginRig.write(secrets.map { $0 + "\n" }.joined(), to: path, mode: 0o600)
    }

    /// As the operator does it: the file first, then SIGHUP.
    func change(to secrets: [String]) throws {
      try Self.write(secrets, to: path)
      let line = secrets.count == 1 ? "has one secret" : "has \(secrets.count) secrets, the first is spoken"
      #expect(try daemon.reload().allSatisfy { $0.hasSuffix(line) }, "\(daemon.log)")
    }
  }

  private func hosts(_ roles: Pair.Roles, _ secretsOfA: [String], _ secretsOfB: [String]) throws -> (
    a: Host, b: Host, wire: Wire
  ) {
    let folder = try rig.folder()
    var (sideA, sideB) = try Pair.sides(roles)
    let (pathA, pathB) = (folder.file("a"), folder.file("b"))
    try Host.write(secretsOfA, to: pathA)
    try Host.write(secretsOfB, to: pathB)
    sideA.options = ["-o", "repl_secret=\(pathA)"]
    sideB.options = ["-o", "repl_secret=\(pathB)"]
    let wire = try rig.wire(&sideA, &sideB)
    let (a, b) = (try rig.launch(sideA), try rig.launch(sideB))
    for daemon in [a, b] { try daemon.mustStream() }
    return (Host(path: pathA, daemon: a), Host(path: pathB, daemon: b), wire)
  }

  /// The link is cut, so that a new one has to be made with what the files have now; what was written on either side is on
  /// both, and what was there is.
  private func mustJoinAgain(_ a: Host, _ b: Host, _ wire: Wire, _ round: Int) throws {
    wire.cut()
    for host in [a, b] { try host.daemon.mustStream(times: round + 1) }
    _ = try a.daemon.client().store("set", "a\(round)", "1")
    _ = try b.daemon.client().store("set", "b\(round)", "2")
    let clients = [try a.daemon.client(), try b.daemon.client()]
    for client in clients {
      #expect(try settled(on: "1") { try client.text(of: "a\(round)") } == "1")
      #expect(try settled(on: "2") { try client.text(of: "b\(round)") } == "2")
      #expect(try client.text(of: "warm999") == "1")
    }
  }

  @Test(
    "In two steps, one side after the other in either order, whatever links are made meanwhile",
    arguments: Pair.Roles.allCases, [true, false])
  func rotation(roles: Pair.Roles, isAFirst: Bool) throws {
    let (a, b, wire) = try hosts(roles, [old], [old])
    try a.daemon.client().fill("warm", 0..<1000, "1")
    let (first, second) = isAFirst ? (a, b) : (b, a)
    var round = 0
    func step(_ host: Host, _ secrets: [String]) throws {
      try host.change(to: secrets)
      round += 1
      try mustJoinAgain(a, b, wire, round)
    }
    // Step 1: the new one behind the old one, on each side.
    for host in [first, second] { try step(host, [old, new]) }
    // Step 2: the old one goes, on each side.
    for host in [first, second] { try step(host, [new]) }
    #expect(a.daemon.isRunning && b.daemon.isRunning)
  }

  @Test("A link that is made stays when the files change, and a bad file keeps the old secret and says so")
  func made() throws {
    let (a, b, wire) = try hosts(.onlyBConnects, [old], [old])
    try a.daemon.client().fill("warm", 0..<1000, "1")
    try Host.write(["short"], to: a.path)
    let lines = try a.daemon.reload()
    #expect(lines.count == 1 && lines[0].hasPrefix("reload: -o repl_secret: "), "\(lines)")
    #expect(lines[0].hasSuffix(" is shorter than 16 bytes; what it had before is kept"), "\(lines)")
    try b.change(to: [old, new])
    for host in [a, b] { #expect(!host.daemon.hasLogged("replication: close"), "\(host.daemon.log)") }
    try mustJoinAgain(a, b, wire, 1)
  }

  @Test("Who has only what was taken out of the file is refused") func revoked() throws {
    let (a, b, wire) = try hosts(.onlyBConnects, [old], [old])
    try a.change(to: [new])
    wire.cut()
    #expect(
      eventually { b.daemon.log.contains { $0.hasSuffix("(the secrets differ: -o repl_secret)") } }, "\(b.daemon.log)")
    #expect(!b.daemon.hasLogged("replication: start", times: 2))
    try b.change(to: [new])
    for host in [a, b] { try host.daemon.mustStream(times: 2) }
  }
}
