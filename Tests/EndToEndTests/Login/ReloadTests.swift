import Foundation
import Testing

/// Files that SIGHUP reads again.
@Suite("Files that are read again", .enabled(if: Executable.isRepcached, "Debian's memcached has another -Y"))
struct ReloadTests {
  let rig = Rig()

  private func mayLogIn(_ daemon: Daemon, _ token: String) throws -> Bool {
    try daemon.client().ask("set any 0 0 \(token.utf8.count)\r\n\(token)\r\n") == "STORED\r\n"
  }

  @Test("After SIGHUP other users may log in, and who is in stays") func users() throws {
    let files = try LoginRig(rig)
    let daemon = try files.daemon()
    let client = try daemon.insider()
    try files.write("foo:new\n")
    #expect(try mayLogIn(daemon, "foo bar"), "not before it is told")
    #expect(try daemon.reload() == ["reload: -Y: \(shown(files.path)) has one user"])
    #expect(try mayLogIn(daemon, "foo new"))
    #expect(try !mayLogIn(daemon, "foo bar"))
    #expect(try client.store("set", "k", "1") == "STORED")
  }

  @Test("A bad file keeps the old one and says so", arguments: ["", "foo\n", "foo:bar\nbaaaz", "gone"]) func bad(
    text: String
  )
    throws
  {
    let files = try LoginRig(rig)
    let daemon = try files.daemon()
    if text == "gone" {
      try FileManager.default.removeItem(atPath: files.path)
    } else {
      try files.write(text)
    }
    let lines = try daemon.reload()
    #expect(
      lines.count == 1 && lines[0].hasPrefix("reload: -Y: ") && lines[0].hasSuffix("; what it had before is kept"))
    #expect(try mayLogIn(daemon, "foo bar") && mayLogIn(daemon, "baaaz quux"))
  }

  @Test("At the start a bad file is one line and status 71, also in the background") func start() throws {
    let files = try LoginRig(rig, "foo\n")
    for detaching in [[], ["-d"]] {
      let ports = ["-p", "\(try FreePorts.next())", "-X", "0"]
      let run = try Run.asUser(["-l", "127.0.0.1"] + ports + ["-Y", files.path] + detaching)
      #expect(run.isRefusal && run.ending == .exited(71), "\(run)")
      #expect(run.errors == "repcached: -Y: \(shown(files.path)) has a line 1 that is not user:password\n", "\(run)")
    }
  }

  @Test("Without such files SIGHUP does nothing") func none() throws {
    let daemon = try rig.daemon()
    Kernel.signal(daemon.pid, 1)
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
    #expect(daemon.log.isEmpty, "\(daemon.log)")
  }

  // MARK: The user of -u

  @Test(
    "What the user of -u may not read ends the start with one line",
    .enabled(if: Executable.runsAsRoot, "only for root"),
    arguments: ["-Y", "-o repl_secret"])
  func unreadable(flag: String) throws {
    let path = try rig.folder().file("root's")
    let made = FileManager.default.createFile(
      atPath: path, contents: Data("foo:correct horse battery\n".utf8), attributes: [.posixPermissions: 0o600])
    try #require(made)
    for detaching in [[], ["-d"]] {
      let option =
        flag == "-Y" ? ["-Y", path, "-X", "0"] : ["-o", "repl_secret=\(path)", "-X", "\(try FreePorts.next())"]
      let run = try Run(["-u", "nobody", "-l", "127.0.0.1", "-p", "\(try FreePorts.next())"] + option + detaching)
      #expect(run.isRefusal && run.ending == .exited(71), "\(run)")
      let line =
        "\(flag): \(shown(path)) cannot be read: Permission denied (to the user of -u, nobody, who has to read it)"
      #expect(run.errors == "repcached: \(line)\n", "\(run)")
    }
  }

  @Test("What it may read is read, at the start and again", .enabled(if: Executable.runsAsRoot, "only for root"))
  func readable() throws {
    let files = try LoginRig(rig)
    try files.write("foo:bar\n", mode: 0o644)
    let daemon = try rig.daemon(["-u", "nobody", "-Y", files.path])
    try files.write("foo:new\n", mode: 0o644)
    #expect(try daemon.reload().count == 1 && mayLogIn(daemon, "foo new"))
    #expect(daemon.log.count { $0.hasSuffix(" is open to everybody on this host: chmod 640 it") } == 2, "\(daemon.log)")
  }

  /// As messages show it.
  private func shown(_ path: String) -> String { path.count <= 60 ? path : path.prefix(60) + "…" }
}
