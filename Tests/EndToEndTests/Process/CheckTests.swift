import Foundation
import TestSupport
import Testing

/// `repcached --check`: what a start would meet, said, and nothing started.
@Suite("The check", .enabled(if: Executable.isRepcached, "memcached has none"))
struct CheckTests {
  private let rig = Rig()

  /// The flags of a side that is not started, as its start would have them.
  private func flags(_ side: Side) -> [String] { ["-l", side.host, "-p", "\(side.port)"] + side.arguments }

  private func check(_ flags: [String], clockOffset: Int = 0) throws -> Run { try Run.asUser(["--check"] + flags) }

  private func secret(_ text: String) throws -> [String] {
    let path = try rig.folder().file("secret")
    try #require(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    return ["-o", "repl_secret=\(path)"]
  }

  private func wrongLines(_ run: Run) -> [Substring] {
    run.output.split(separator: "\n").filter { $0.hasPrefix("wrong") }
  }

  @Test("A peer that would pair is told with status 0, and neither linked, counted nor logged by it") func good() throws
  {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = try secret("correct horse battery staple")
    sideB.options = sideA.options
    let a = try rig.start(sideA)
    let run = try check(flags(sideB))
    #expect(run.ending == .exited(0) && run.errors.isEmpty, "\(run)")
    let peer = "127.0.0.1:\(sideA.listenPort)"
    #expect(
      run.output.contains("ok     the peer \(peer) would pair: the same secret, clock the same\n"), "\(run.output)")
    #expect(run.output.contains("ok     127.0.0.1:\(sideB.port) is free for clients\n"))
    #expect(try a.client().linkStatistic("refused_peers") == "0" && a.client().linkStatistic("state") == "listen")
    #expect(!a.log.contains { $0.contains("accept") || $0.contains("refused") }, "\(a.log)")
    // The addresses were given back.
    let b = try rig.start(sideB)
    for daemon in [a, b] { try daemon.mustStream() }
  }

  @Test("Of a pair that runs, either side's check finds the other, and the link stays") func running() throws {
    let pair = try Pair(rig)
    for daemon in [pair.a, pair.b] { try daemon.tellsStream() }
    for side in [pair.sideA, pair.sideB] {
      var side = side
      side.connects = true
      let run = try check(flags(side))
      #expect(run.ending == .exited(0), "\(run)")
      #expect(
        run.output.contains("note   a repcached runs here already: state stream, peer 127.0.0.1:"), "\(run.output)")
    }
    for daemon in [pair.a, pair.b] {
      #expect(
        try daemon.client().linkStatistic("refused_peers") == "0" && daemon.client().linkStatistic("state") == "stream")
      #expect(!daemon.log.contains("replication: close"))
    }
  }

  @Test("So of two on one host that share the port of the pair, as those of make run do") func sharedPort() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideB = Side(port: sideB.port, listenPort: sideA.listenPort, peerPort: sideA.listenPort, connects: true)
    sideA.peerPort = sideA.listenPort
    let daemons = [try rig.start(sideA), try rig.start(sideB)]
    for daemon in daemons { try daemon.tellsStream() }
    sideA.connects = true
    let (ofA, ofB) = (try check(flags(sideA)), try check(flags(sideB)))
    let itself = " is the repcached that runs here, which is linked with its peer\n"
    #expect(ofA.ending == .exited(0) && ofA.output.contains(itself), "\(ofA)")
    #expect(ofB.ending == .exited(0), "\(ofB)")
  }

  @Test("What keeps the two apart is told, each with status 1") func apart() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let peer = "127.0.0.1:\(sideB.peerPort)"
    let unreachable = try check(flags(sideB))
    #expect(unreachable.ending == .exited(1))
    #expect(
      wrongLines(unreachable).first?.hasPrefix("wrong  the peer cannot be reached: \(peer): Connection refused: ")
        == true)

    var withSecret = sideA
    withSecret.options = try secret("correct horse battery staple")
    _ = try rig.start(withSecret)
    let missing = try check(flags(sideB))
    #expect(
      wrongLines(missing) == ["wrong  \(peer) refuses this side: it has a secret, this side has none: -o repl_secret"])
    let other = try check(flags(sideB) + secret("incorrect horse battery staple"))
    #expect(wrongLines(other) == ["wrong  \(peer): the secrets differ: -o repl_secret"], "\(other.output)")
    #expect(other.ending == .exited(1))
    let noName = try check(flags(sideB) + ["-x", "no-such-host.invalid"])
    #expect(wrongLines(noName).count == 1 && wrongLines(noName)[0].hasPrefix("wrong  -x no-such-host.invalid: "))
  }

  @Test("A clock that is wrong is told", .enabled(if: ShiftedClock.isPossible, "no shifted clock under a sanitizer"))
  func clock() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.clockOffset = 90
    _ = try rig.start(sideA)
    let run = try check(flags(sideB))
    let told =
      "wrong  127.0.0.1:\(sideA.listenPort) refuses this side: this side's clock is more than 60 s behind its clock"
    #expect(wrongLines(run).map(String.init) == [told], "\(run.output)")
    sideA.clockOffset = 0
  }

  @Test("Flags that differ, and a peer of TLS for one without, are told") func differences() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = ["-m", "32", "-I", "2m", "-M"]
    _ = try rig.start(sideA)
    let notes = try check(flags(sideB)).output.split(separator: "\n").filter { $0.hasPrefix("note") }
    let differs = ["-m 64 here, 32 there", "-I 1m here, 2m there", "-M only there"].map {
      "note   started differently: \($0)"
    }
    #expect(notes.map(String.init) == differs)

    let certificates = try Certificates()
    let own = try certificates.make("own")
    let tls = ["-o", "repl_tls,ssl_chain_cert=\(own.chain),ssl_key=\(own.key),ssl_ca_cert=\(certificates.authority)"]
    (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideA.options = tls
    _ = try rig.start(sideA)
    let plain = try check(flags(sideB))
    #expect(plain.ending == .exited(1) && wrongLines(plain).first?.contains("-o repl_tls") == true, "\(plain.output)")
    let sealed = try check(flags(sideB) + tls)
    #expect(sealed.ending == .exited(0), "\(sealed.output)")
    #expect(sealed.output.contains("note   -o repl_tls: certificates are good for "))
  }

  @Test("Files, addresses and users that a start would not get are told, all of them at once") func here() throws {
    let port = try FreePorts.next()
    let taken = try Kernel.listen(on: .local(port))
    defer { Kernel.close(taken) }
    let none = try rig.folder().file("none")
    let run = try check([
      "-l", "127.0.0.1", "-p", "\(port)", "-X", "\(try FreePorts.next())", "-Y", none, "-o", "repl_secret=\(none)",
    ])
    #expect(run.ending == .exited(1))
    let wrong = wrongLines(run)
    #expect(wrong.count == 3, "\(run.output)")
    #expect(wrong[0] == "wrong  clients: failed to listen on 127.0.0.1:\(port): Address already in use")
    #expect(wrong[1].hasPrefix("wrong  -Y: \(none) ") && wrong[2].hasPrefix("wrong  -o repl_secret: \(none) "))
    #expect(!FileManager.default.fileExists(atPath: none))
  }

  @Test("A wrong command line is refused as ever, and a file of flags has no check") func usage() throws {
    #expect(try check(["-p", "http"]).ending == .exited(64))
    let file = try rig.folder().file("flags")
    try "--check\n".write(toFile: file, atomically: true, encoding: .utf8)
    let run = try Run.asUser(["--config", file])
    #expect(run.isRefusal && run.ending == .exited(64), "\(run)")
  }
}
