import Foundation
import Testing

/// Who may pair: those who know the secret of `-o repl_secret`, and nobody by chance, by force or by an old recording.
@Suite("The pair's secret", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct SecretTests {
  private let rig = Rig()
  private let right = "correct horse battery staple"
  private let wrong = "incorrect horse battery staple"
  private let differ = "(the secrets differ: -o repl_secret)"
  private let missingHere = "(it has a secret, this side has none: -o repl_secret)"
  private let missingThere = "(it has no secret, this side has one: -o repl_secret)"

  // MARK: Files and sides

  private func file(_ content: String, mode: Int = 0o600) throws -> String {
    let path = try rig.folder().file("secret")
    try #require(FileManager.default.createFile(atPath: path, contents: Data(content.utf8)))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  private func options(_ secret: String?) throws -> [String] {
    try secret.map { ["-o", "repl_secret=\(try file($0))"] } ?? []
  }

  /// Both started and serving, joined or not: a waits, b looks for it.
  private func sides(_ secretA: String?, _ secretB: String?, wait: [String] = []) throws -> (a: Daemon, b: Daemon) {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = try options(secretA)
    sideB.options = try options(secretB) + wait
    return (try rig.start(sideA), try rig.start(sideB))
  }

  private func logs(_ daemon: Daemon, _ start: String, _ end: String) -> Bool {
    eventually { daemon.log.contains { $0.hasPrefix("replication: \(start)") && $0.hasSuffix(end) } }
  }

  private func areStrangers(_ a: Daemon, _ b: Daemon) throws {
    _ = try a.client().store("set", "of-a", "1")
    _ = try b.client().store("set", "of-b", "1")
    #expect(try a.client().text(of: "of-b") == nil && b.client().text(of: "of-a") == nil)
    for daemon in [a, b] {
      #expect(!daemon.hasLogged("replication: accept") && !daemon.hasLogged("replication: start"), "\(daemon.log)")
    }
  }

  // MARK: Pairing

  @Test("Who knows it pairs, in either role, a newline at the end of the file or not", arguments: Pair.Roles.allCases)
  func rightSecret(roles: Pair.Roles) throws {
    var (sideA, sideB) = try Pair.sides(roles)
    sideA.options = try options(right)
    sideB.options = try options(right + "\n")
    let (a, b) = (try rig.launch(sideA), try rig.launch(sideB))
    for daemon in [a, b] { try daemon.mustStream() }
    _ = try a.client().store("set", "k", "1")
    let client = try b.client()
    #expect(try settled(on: "1") { try client.text(of: "k") } == "1")
  }

  @Test("Who has another is refused, one line on each side says so, and both serve alone") func wrongSecret() throws {
    let (a, b) = try sides(right, wrong)
    #expect(logs(b, "refused 127.0.0.1:", differ), "\(b.log)")
    #expect(logs(a, "refused by 127.0.0.1:", differ), "\(a.log)")
    try areStrangers(a, b)
    #expect(
      eventually { a.replicationLog.count == 2 && b.log.count { $0.hasSuffix(differ) } == 1 }, "\(a.log)\n\(b.log)")
  }

  @Test("Who has none is refused by who has one, and the reverse; each side says which it is") func oneSided() throws {
    for (secretA, secretB) in [(right, nil), (nil, right)] as [(String?, String?)] {
      let (a, b) = try sides(secretA, secretB)
      #expect(logs(a, "refused 127.0.0.1:", secretA == nil ? missingHere : missingThere), "\(a.log)")
      #expect(logs(b, "refused by 127.0.0.1:", secretB == nil ? missingHere : missingThere), "\(b.log)")
      try areStrangers(a, b)
    }
  }

  // MARK: The file

  @Test(
    "A file that is no secret ends the start with a line that names it",
    arguments: [
      ("", 0o600, "is empty"), ("\n", 0o600, "is empty"), ("short\n", 0o600, "is shorter than 16 bytes"),
      ("correct horse battery staple", 0o640, "is open to others than its owner: chmod 600 it"),
      ("correct horse battery staple", 0o604, "is open to others than its owner: chmod 600 it"),
      (String(repeating: "x", count: 5_000), 0o600, "is longer than 4096 bytes"),
      ("correct horse battery staple\nshort\n", 0o600, "has a line 2 that is shorter than 16 bytes"),
    ])
  func badFile(content: String, mode: Int, complaint: String) throws {
    let path = try file(content, mode: mode)
    try refuses(path, "\(path) \(complaint)")
  }

  @Test("So does a file that is not there, and a folder") func noFile() throws {
    let folder = try rig.folder()
    try refuses(folder.file("none"), "\(folder.file("none")) cannot be read: No such file or directory")
    try refuses(folder.path, "\(folder.path) is not a file")
  }

  private func refuses(_ path: String, _ complaint: String) throws {
    for detaching in [[], ["-d"]] {
      let ports = ["-p", "\(try FreePorts.next())", "-X", "\(try FreePorts.next())"]
      let run = try Run.asUser(["-l", "127.0.0.1"] + ports + ["-o", "repl_secret=\(path)"] + detaching)
      #expect(run.isRefusal && run.ending == .exited(71), "\(run)")
      #expect(run.errors == "repcached: -o repl_secret: \(complaint)\n", "\(run)")
    }
  }

  // MARK: Strangers

  private static let openings: [(name: String, bytes: [UInt8])] = [
    ("nothing", []),
    ("garbage", (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }),
    ("a get", Array("get k\r\n".utf8)),
    ("the lines of a repcached 2.x", Array("rep k 0 0 5 1\r\nother\r\ndelete k\r\nmarugoto_end\r\n".utf8)),
    ("half a hello", Array("repcached-hello 00010001".utf8)),
    ("a hello of zeros", Array(("repcached-hello " + String(repeating: "0", count: 222) + "\r\n").utf8)),
    ("an endless hello", Array(("repcached-hello " + String(repeating: "0", count: 20_000)).utf8)),
    ("a frame over the cap", [255, 255, 255, 255, 5]),
    ("a record", [0, 0, 0, 20, 5, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 107, 49]),
  ]

  @Test("A stranger gets nothing and changes nothing, whatever it says; then the true peer joins within two seconds")
  func strangers() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = try options(right)
    sideB.options = sideA.options
    let a = try rig.start(sideA)
    _ = try a.client().store("set", "k", "precious")
    for opening in Self.openings {
      let stranger = try Client(to: .local(sideA.listenPort))
      do { try stranger.send(opening.bytes) } catch Client.Failure.closed {}
      let answer = try stranger.rest()
      #expect(answer.utf8.count < 200 && !answer.contains("precious"), "\(opening.name)")
    }
    #expect(try a.client().text(of: "k") == "precious")
    #expect(eventually { a.log.contains { $0.contains(": refused 127.0.0.1:") } }, "\(a.log)")
    let b = try rig.launch(sideB)
    #expect(b.logs("replication: start", .within(.seconds(2))), "\(b.log)")
    // The client port opens when the copy has ended, a moment after the line.
    #expect(eventually { (try? b.client().text(of: "k")) == "precious" })
  }

  @Test("A scan of two hundred connections, all held open, keeps the true peer out for no longer than two seconds")
  func portScan() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = try options(right)
    sideB.options = sideA.options
    let a = try rig.start(sideA)
    let scan = try (0..<200).map { _ in try Client(to: .local(sideA.listenPort)) }
    let b = try rig.launch(sideB)
    #expect(b.logs("replication: start", .within(.seconds(2))), "\(b.log)\n\(a.log)")
    for client in scan { #expect(try client.rest().utf8.count < 200) }
    let lines = a.log.count { $0.contains(": refused ") }
    #expect((1...4).contains(lines), "\(a.log)")
    // The link shows its counters twenty times a second.
    let isCounted = try eventually {
      try a.client().statistics("replication").contains { $0.name == "refused_peers" && $0.value == "200" }
    }
    #expect(isCounted)
  }

  @Test(
    "Under a flood of connections that does not end the true peer joins and stays joined, and the flood costs little")
  func flood() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = try options(right)
    sideB.options = sideA.options
    let a = try rig.start(sideA)
    let port = sideA.listenPort
    let isOver = Flag()
    let floods = (0..<2).map { _ in
      Background.start {
        var count = 0
        while !isOver.isSet {
          guard let socket = try? Kernel.connect(to: .local(port)) else { continue }
          Kernel.resetOnClose(socket)
          Kernel.close(socket)
          count += 1
        }
        return count
      }
    }
    let b = try rig.launch(sideB)
    #expect(b.logs("replication: start", .within(.seconds(10))), "\(b.log)\n\(a.log)")
    let before = a.processorSeconds
    let client = try a.client()
    var key = 0
    try client.waitUntilExpired(after: 3) {
      key += 1
      _ = try client.store("set", "k\(key)", "1")
    }
    let used = a.processorSeconds - before
    isOver.set()
    let count = try floods.reduce(0) { $0 + (try $1.value()) }
    print("flood: \(count) connections, \(used) s of processor in about 3 s")
    #expect(try settled(on: "1") { try b.client().text(of: "k\(key)") } == "1")
    #expect(used < 1.5, "\(used) s of processor in about 3 s")
    for daemon in [a, b] { #expect(!daemon.hasLogged("replication: close"), "\(daemon.log)") }
    #expect(a.log.count < 30, "\(a.log)")
  }

  @Test(
    "Whoever answers in the peer's place gets nothing and is not believed; the true peer, when it is there, is",
    arguments: 0..<4)
  func impostor(kind: Int) throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = try options(right)
    sideB.options = sideA.options
    // A hello of the right length, flagged as one with a secret, its proof of zeros.
    var said = FalsePeer.Said()
    said.flags = 2
    let hello = FalsePeer.frame(1, said.payload)
    let answers = [Array("ERROR\r\n".utf8), Array("rep k 0 0 5 1\r\nother\r\nmarugoto_end\r\n".utf8), hello, []]
    let impostor = try Impostor(port: sideA.listenPort, answer: answers[kind])
    let b = try rig.start(sideB)
    let client = try b.client()
    _ = try client.store("set", "k2", "precious")
    #expect(eventually { impostor.greetings.count > 2 })
    #expect(try client.text(of: "k") == nil)
    if kind == 2 { #expect(logs(b, "refused 127.0.0.1:", differ), "\(b.log)") }
    for greeting in impostor.greetings {
      #expect(greeting.starts(with: "repcached-hello ") && greeting.utf8.count < 500, "\(greeting)")
    }
    #expect(b.log.count { $0.contains(":\(sideA.listenPort)") } <= 4, "\(b.log)")
    impostor.end()
    let a = try rig.launch(sideA)
    #expect(a.logs("replication: start", .within(.seconds(5))), "\(a.log)\n\(b.log)")
    #expect(try settled(on: "precious") { try a.client().text(of: "k2") } == "precious")
  }

  // MARK: Recordings

  @Test("A recorded handshake said again is refused, while the peer is there and when it is dead") func replay() throws
  {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = try options(right)
    sideB.options = sideA.options
    let wire = try rig.wire(&sideA, &sideB)
    let (a, b) = (try rig.launch(sideA), try rig.launch(sideB))
    for daemon in [a, b] { try daemon.mustStream() }
    _ = try b.client().store("set", "k", "precious")
    let client = try a.client()
    #expect(try settled(on: "precious") { try client.text(of: "k") } == "precious")

    let opening = try #require(wire.relays.first).opening
    let line = try #require(opening.firstIndex(of: 10)) + 1
    #expect(opening.starts(with: Array("repcached-hello ".utf8)) && opening.count > line + 37)
    func sayAgain() throws {
      let thief = try Client(to: .local(sideA.listenPort))
      try thief.send(Array(opening[..<line]))
      // The acceptor's hello: a frame of a length it says itself.
      let head = try thief.bytes(4)
      _ = try thief.bytes(Int(head[2]) << 8 | Int(head[3]))
      try thief.send(Array(opening[line...]))
      let rest = try thief.rest()
      #expect(rest.utf8.count < 50 && !rest.contains("precious"))
    }
    try sayAgain()
    #expect(logs(a, "refused 127.0.0.1:", differ), "\(a.log)")
    #expect(!a.hasLogged("replication: close"), "\(a.log)")
    b.kill()
    #expect(a.logs("replication: close"))
    try sayAgain()
    #expect(!a.hasLogged("replication: accept", times: 2), "\(a.log)")
    #expect(try client.text(of: "k") == "precious")
  }
}
