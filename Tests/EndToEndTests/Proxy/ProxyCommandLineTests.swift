import Foundation
import Testing

@Suite("magent's command line")
struct ProxyCommandLineTests {
  let rig = Rig()

  @Test(
    "A bad line is refused in one line, with status 64",
    arguments: [
      [], ["-s"], ["-s", ""], ["-s", "a:b"], ["-s", "a:0"], ["-s", "a:70000"], ["-s", "-x"], ["-s", "a b"],
      ["-s", "a", "-p", "x"], ["-s", "a", "-p", "-1"], ["-s", "a", "-p", "65536"], ["-s", "a", "-p", "0"],
      ["-s", "a", "-n", "0"], ["-s", "a", "-n", "x"], ["-s", "a", "-b", "b:"], ["-s", "a", "-i", "0"],
      ["-s", "a", "-t", "0"], ["-s", "a", "-I", "1"], ["-s", "a", "-I", "2g"], ["-s", "a", "--nonsense"],
      ["-s", "a", "-z"], ["-s", "a", "stray"], ["-s", "a", "--ketama-06"], ["-s", "a", "-k=1"],
      ["-s", "a", "--ketama=1"], ["-s", "a", "--timeout=0"], ["-b", "b"],
    ])
  func badLines(arguments: [String]) throws {
    let run = try Run(arguments, program: Executable.magent)
    #expect(run.isRefusal && run.ending == .exited(64), "\(run)")
    #expect(run.errors.hasPrefix("magent: "), "\(run)")
  }

  @Test("What the system refuses has status 71") func systemRefuses() throws {
    let port = try FreePorts.next()
    let taken = try Kernel.listen(on: .local(port))
    defer { Kernel.close(taken) }
    let inUse = try Run(
      ["-D", "-l", "127.0.0.1", "-p", "\(port)", "-s", "127.0.0.1"], program: Executable.magent)
    #expect(inUse.isRefusal && inUse.ending == .exited(71) && inUse.errors.contains("\(port)"), "\(inUse)")
    let unknown = try Run(
      ["-D", "-p", "\(try FreePorts.next())", "-s", "no.such.host.invalid"], program: Executable.magent)
    #expect(unknown.isRefusal && unknown.ending == .exited(71), "\(unknown)")
  }

  @Test("-h and -V are told on standard output") func questions() throws {
    let help = try Run(["-h"], program: Executable.magent)
    #expect(help.ending == .exited(0))
    for letter in "ugplsbnikfDv" { #expect(help.output.contains("-\(letter), "), "-\(letter)") }
    let version = try Run(["-V"], program: Executable.magent)
    #expect(version.ending == .exited(0) && version.output.hasPrefix("magent "))
  }

  @Test("The line of the field runs: in the background, with its servers and its clients") func fieldLine() throws {
    let main = [try rig.daemon(), try rig.daemon()]
    let backup = try rig.daemon()
    let port = try FreePorts.next()
    let pidFile = try rig.folder().path + "/magent.pid"
    let run = try Run(
      [
        "-u", NSUserName(), "-n", "51200", "-l", "127.0.0.1", "-p", "\(port)", "-s", "\(main[0].endpoint)", "-s",
        "\(main[1].endpoint)", "-b", "\(backup.endpoint)", "-P", pidFile,
      ], program: Executable.magent)
    defer { ProxyProcess.end(pidFile) }
    // Where fewer files may be open it says so.
    #expect(run.ending == .exited(0), "\(run)")
    #expect(run.errors.isEmpty || run.errors.hasPrefix("magent: warning: ") && run.errorLines.count == 2, "\(run)")
    let client = try Client(to: .local(port))
    #expect(try client.store("set", "k", "1") == "STORED")
    #expect(try client.text(of: "k") == "1")
    #expect(try backup.client().text(of: "k") == "1")
    let lines = try client.ask("stats\r\n", until: "END\r\n").split(separator: "\r\n")
    #expect(lines.first == "memcached agent v0.6")
    #expect(lines.count == 5)
    #expect(lines[1].hasPrefix("matrix 1 -> \(main[0].endpoint), pool size "))
    #expect(lines[3].hasPrefix("matrix 3 -> \(backup.endpoint), pool size "))
  }

  @Test("With -p 0 clients come in by -f alone") func unixSocket() throws {
    let main = try rig.daemon()
    let path = try rig.folder().path + "/s"
    let magent = try rig.launch(
      exactly: ["-D", "-p", "0", "-f", path, "-s", "\(main.endpoint)"], endpoint: .unix(path: path),
      program: Executable.magent)
    #expect(magent.becomesReady())
    #expect(try magent.client().store("set", "k", "1") == "STORED")
    #expect(magent.listeningPorts.isEmpty)
  }
}

/// A proxy in the background, which its pid file names.
enum ProxyProcess {
  static func end(_ pidFile: String) {
    guard let pid = ProcessTable.pid(in: pidFile), ProcessTable.program(of: pid) == Executable.magent else { return }
    Kernel.signal(pid, 15)
  }
}
