import Foundation
import Glibc
import Testing

/// Flags, messages and statuses.
@Suite("The command line", .enabled(if: Executable.isRepcached, "memcached words its messages differently"))
struct CommandLineTests {
  let rig = Rig()

  // MARK: Refusals

  @Test(
    "A bad value is refused with one line and a status",
    arguments: [
      ["-p", "http"], ["-p", "65536"], ["-p", "-2"], ["-p", "99999999999999999999"], ["-U", "x"], ["-m", "0x"],
      ["-m", "-5"], ["-m", "0"], ["-f", "0.5"], ["-f", "1"], ["-f", "x"], ["-n", "0"], ["-n", "x"], ["-c", "0"],
      ["-c", "x"], ["-t", "0"], ["-t", "x"], ["-b", "x"], ["-b", "-1"], ["-R", "x"], ["-R", "0"], ["-q", "x"],
      ["-X", "a:b"], ["-X", "1:2:3"], ["-X", "70000"], ["-X", ":"], ["-X", "-1"], ["-I", "1"], ["-I", "x"],
      ["-I", "2g"], ["-I", "-1m"], ["-a", "999"], ["-a", "x"], ["-o", "nonsense"], ["-o", "repl_wait=x"],
      ["-D", ""], ["--nonsense"], ["-j"], ["stray"], ["-p"], ["--port", "x"], ["--memory-limit=x"],
      ["-l", "no.such.host.invalid"],
      ["-l", "1.2.3.4:x"],
    ])
  func badValues(arguments: [String]) throws {
    let run = try Run.asUser(arguments)
    #expect(run.isRefusal, "\(run)")
    #expect(run.ending == .exited(64) || arguments[0] == "-l", "\(run)")
  }

  @Test("A user that does not exist is refused", .enabled(if: Executable.runsAsRoot, "only root drops privileges"))
  func unknownUser() throws {
    let port = try FreePorts.next()
    let run = try Run(["-l", "127.0.0.1", "-p", "\(port)", "-X", "\(try FreePorts.next())", "-u", "no-such-user"])
    #expect(run.isRefusal, "\(run)")
    #expect(run.errors.contains("no-such-user"), "\(run)")
  }

  @Test("A peer whose name is unknown is a warning: it serves, and takes in who may join") func unknownPeer() throws {
    let (port, listenPort) = (try FreePorts.next(), try FreePorts.next())
    let daemon = try rig.launch(
      exactly: ["-l", "127.0.0.1", "-p", "\(port)", "-X", "\(listenPort)", "-x", "no.such.host.invalid"],
      endpoint: .local(port))
    #expect(daemon.becomesReady())
    #expect(eventually { daemon.log.contains { $0.contains("cannot resolve no.such.host.invalid") } }, "\(daemon.log)")
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
    #expect(eventually { daemon.listeningPorts.contains(listenPort) })
    #expect(daemon.log.count == 1, "\(daemon.log)")
  }

  @Test("A port in use is refused with its number and status 71") func portInUse() throws {
    let port = try FreePorts.next()
    let taken = try Kernel.listen(on: .local(port))
    defer { Kernel.close(taken) }
    let run = try Run.asUser(["-l", "127.0.0.1", "-p", "\(port)", "-X", "0"])
    #expect(run.isRefusal && run.ending == .exited(71) && run.errors.contains("\(port)"), "\(run)")
  }

  @Test("An address that is not this host's is refused") func foreignAddress() throws {
    let run = try Run.asUser(["-l", "203.0.113.77", "-p", "\(try FreePorts.next())", "-X", "0"])
    #expect(run.isRefusal && run.ending == .exited(71) && run.errors.contains("203.0.113.77"), "\(run)")
  }

  @Test("Root must say as whom", .enabled(if: Executable.runsAsRoot, "only root is asked")) func rootWithoutUser()
    throws
  {
    let run = try Run(["-l", "127.0.0.1", "-p", "\(try FreePorts.next())", "-X", "0"])
    #expect(run.isRefusal && run.errors.contains("-u"), "\(run)")
  }

  @Test("A unix socket whose path is a file of someone's is refused, and the file stays") func socketPathTaken() throws
  {
    let folder = try rig.folder()
    let path = folder.file("socket")
    try "precious".write(toFile: path, atomically: true, encoding: .utf8)
    let run = try Run.asUser(["-s", path, "-X", "0"])
    #expect(run.isRefusal, "\(run)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    let tooLong = try Run.asUser(["-s", folder.file(String(repeating: "s", count: 200)), "-X", "0"])
    #expect(tooLong.isRefusal, "\(tooLong)")
  }

  // MARK: What it says of itself

  @Test("-h lists every flag under the version", arguments: ["-h", "--help"]) func help(flag: String) throws {
    let run = try Run([flag])
    #expect(run.ending == .exited(0) && run.errors.isEmpty, "\(run)")
    #expect(run.output.hasPrefix("repcached \(Executable.version)"), "\(run)")
    for letter in "pUsaldrumMckvhiPfnRbxXqtILCDAFVo" where letter != "i" {
      #expect(run.output.contains("-\(letter)"), "-\(letter) is not in the help")
    }
  }

  @Test("-V says the version", arguments: ["-V", "--version"]) func version(flag: String) throws {
    let run = try Run([flag])
    #expect(
      run.ending == .exited(0) && run.output.wholeMatch(of: /repcached \d+\.\d+\.\d+(-[a-z0-9]+)?\n/) != nil
        && run.errors.isEmpty, "\(run)")
  }

  // MARK: Listening

  @Test("-s with -a serves on a unix socket of that mode and no TCP port; the end removes it")
  func unixSocket() throws {
    let folder = try rig.folder()
    let path = folder.file("socket")
    let daemon = try rig.launch(exactly: ["-s", path, "-a", "0750", "-X", "0", "-v"], endpoint: .unix(path: path))
    #expect(daemon.becomesReady())
    let client = try daemon.client()
    #expect(try client.store("set", "k", "1") == "STORED")
    #expect(try client.text(of: "k") == "1")
    #expect(try mode(of: path) == 0o750)
    #expect(daemon.listeningPorts == [])
    #expect(daemon.end() == .exited(0))
    #expect(folder.files == [])
  }

  @Test("A unix socket that a killed daemon left is taken over; its mode is 0700 unless -a says otherwise")
  func staleSocket() throws {
    let path = try rig.folder().file("socket")
    let first = try rig.launch(exactly: ["-s", path, "-X", "0"], endpoint: .unix(path: path))
    #expect(first.becomesReady())
    #expect(try mode(of: path) == 0o700)
    first.kill()
    #expect(FileManager.default.fileExists(atPath: path))
    let second = try rig.launch(exactly: ["-s", path, "-X", "0"], endpoint: .unix(path: path))
    #expect(second.becomesReady())
  }

  @Test("-l may be given several times, with commas, with ports, for v4 and v6; all serve one cache")
  func severalAddresses() throws {
    let (port, portB, portC) = (try FreePorts.next(), try FreePorts.next(), try FreePorts.next())
    let daemon = try rig.launch(
      exactly: [
        "-p", "\(port)", "-l", "127.0.0.1,127.0.0.2", "-l", "127.0.0.3:\(portB)", "-l", "[::1]:\(portC)", "-X", "0",
      ],
      endpoint: .local(port))
    #expect(daemon.becomesReady())
    _ = try daemon.client().store("set", "k", "1")
    for (host, port) in [("127.0.0.2", port), ("127.0.0.3", portB), ("::1", portC)] {
      #expect(try Client(to: .tcp(host: host, port: port)).text(of: "k") == "1", "\(host)")
    }
    #expect(daemon.listeningPorts == [port, portB, portC])
  }

  @Test("Without -l it serves on every address, v4 and v6") func everyAddress() throws {
    let port = try FreePorts.next()
    let daemon = try rig.launch(exactly: ["-p", "\(port)", "-X", "0"], endpoint: .local(port))
    #expect(daemon.becomesReady())
    _ = try daemon.client().store("set", "k", "1")
    #expect(try Client(to: .tcp(host: "::1", port: port)).text(of: "k") == "1")
  }

  @Test("Long names mean what the short ones do") func longNames() throws {
    let port = try FreePorts.next()
    let daemon = try rig.launch(
      exactly: [
        "--listen", "127.0.0.1", "--port=\(port)", "--memory-limit=32", "--conn-limit", "99", "--threads", "2", "-X",
        "0",
      ],
      endpoint: .local(port))
    #expect(daemon.becomesReady())
    let settings = Dictionary(
      try daemon.client().statistics("settings").map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    #expect(settings["maxbytes"] == "\(32 << 20)" && settings["maxconns"] == "99" && settings["num_threads"] == "2")
  }
}

/// The permissions of a file.
func mode(of path: String) throws -> Int {
  try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
}
