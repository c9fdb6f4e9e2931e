import Foundation
import Testing

@Suite("repcached-tool looks at pairs", .enabled(if: Executable.isRepcached, "the tool is repcached's"))
struct ToolPairTests {
  private let rig = Rig()

  @Test("It is of the daemon's version") func version() throws {
    #expect(try ToolRun.of("--version").output == "repcached-tool \(Executable.version)\n")
  }

  @Test("pair shows both sides, and check finds nothing wrong, where they stream") func well() throws {
    let pair = try Pair(rig)
    for daemon in [pair.a, pair.b] { try daemon.tellsStream() }
    _ = try pair.a.client().store("set", "k", "1")
    let (a, b) = ("\(pair.a.endpoint)", "\(pair.b.endpoint)")
    #expect(try eventually { try pair.b.client().text(of: "k") != nil })
    let shown = try ToolRun.of("pair", a, b, "--digest")
    #expect(shown.ending == .exited(0) && !shown.output.contains("!"), "\(shown)")
    let lines = shown.output.split(separator: "\n")
    #expect(lines[0].contains(a) && lines[0].contains(b))
    #expect(lines.contains { $0.split(separator: " ") == ["state", "stream", "stream"] })
    #expect(lines.contains { $0.split(separator: " ") == ["role", "MASTER", "SLAVE"] })
    let digests = lines.last { $0.contains("digest") }?.split(separator: " ") ?? []
    #expect(digests.count == 3 && digests[1] == digests[2])
    let checked = try ToolRun.of("check", a, b)
    #expect(checked.ending == .exited(0) && checked.output.hasPrefix("ok     \(a): state stream, peer "), "\(checked)")
    let json = try ToolRun.json("pair", a, b) as? [[String: Any]]
    #expect(json?.count == 2 && (json?[0]["pair"] as? [String: String])?["state"] == "stream")
  }

  @Test("check names the secret that differs, and what the side has said") func secret() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let file = try rig.folder().file("secret")
    try #require(FileManager.default.createFile(atPath: file, contents: Data("correct horse battery staple".utf8)))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    sideA.options = ["-o", "repl_secret=\(file)"]
    sideB.options = ["-o", "repl_wait=1"]
    let (a, b) = (try rig.start(sideA), try rig.start(sideB))
    #expect(try eventually { try a.client().linkStatistic("refused_peers") != "0" })
    let run = try ToolRun.of("check", "\(a.endpoint)", "\(b.endpoint)")
    #expect(run.ending == .exited(1), "\(run)")
    #expect(
      run.output.contains("wrong  only \(a.endpoint) has a secret: -o repl_secret to both, or to none\n"),
      "\(run.output)")
    #expect(run.output.contains("wrong  \(a.endpoint) has said: refused 127.0.0.1:"))
    #expect(try ToolRun.of("pair", "\(a.endpoint)", "\(b.endpoint)").ending == .exited(1))
  }

  @Test("check names ports that do not meet, and a side that is gone") func ports() throws {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    sideB.peerPort = try FreePorts.next()
    sideB.options = ["-o", "repl_wait=1"]
    let (a, b) = (try rig.start(sideA), try rig.start(sideB))
    let run = try ToolRun.of("check", "\(a.endpoint)", "\(b.endpoint)")
    let told =
      "\(b.endpoint) looks for its peer on port \(sideB.peerPort), \(a.endpoint) listens on \(sideA.listenPort): -X"
    #expect(run.ending == .exited(1) && run.output.contains(told), "\(run)")
    b.kill()
    let gone = try ToolRun.of("check", "\(a.endpoint)", "\(b.endpoint)")
    #expect(gone.ending == .exited(1) && gone.output.contains("wrong  \(b.endpoint): Connection refused"), "\(gone)")
    sideA.connects = false
  }

  @Test("top prints a line for each server and look, where there is no terminal") func top() throws {
    let pair = try Pair(rig)
    for daemon in [pair.a, pair.b] { try daemon.tellsStream() }
    let (a, b) = ("\(pair.a.endpoint)", "\(pair.b.endpoint)")
    let run = try ToolRun.of("top", a, b, "--interval", "0.1", "--count", "3")
    let lines = run.output.split(separator: "\n")
    #expect(run.ending == .exited(0) && lines.count == 7 && lines[0].hasPrefix("server "), "\(run)")
    #expect(lines.dropFirst().allSatisfy { $0.contains(" stream ") })
    pair.b.kill()
    let alone = try ToolRun.of("top", a, b, "--interval", "0.1", "--count", "1")
    #expect(alone.output.contains("Connection refused"), "\(alone)")
  }

  @Test("On a terminal it fills the screen, and q ends it") func screen() throws {
    let daemon = try rig.daemon()
    let command =
      "(sleep 0.5; printf q) | script -qefc 'TERM=xterm \(ToolRun.program) top \(daemon.endpoint) --interval 0.1' /dev/null"
    let run = try Run(["-c", command], program: "/bin/sh")
    #expect(
      run.output.contains("\u{1b}[") && run.output.contains("q ends it") && run.output.contains("evict/s"), "\(run)")
    #expect(run.ending == .exited(0), "\(run)")
  }

  @Test("watch shows what is asked for, until so many lines have come") func watch() throws {
    let daemon = try rig.daemon()
    let file = try rig.folder().file("watched")
    let child = try ChildProcess(
      ["/bin/sh", "-c", "exec \(ToolRun.program) watch \(daemon.endpoint) mutations --count 2 >\(file)"])
    #expect(try eventually { try daemon.client().statistic("log_watchers") == "1" })
    let client = try daemon.client()
    for key in ["first", "second"] { _ = try client.store("set", key, "1") }
    #expect(child.waitForEnd() == .exited(0))
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("key=first") && lines[1].contains("key=second"), "\(lines)")
    let refused = try rig.daemon("-W")
    #expect(try ToolRun.of("watch", "\(refused.endpoint)").ending == .exited(69))
  }
}
