import Foundation
import Testing

/// Sockets that systemd has made: the real systemd-socket-activate makes them here.
@Suite(
  "Socket activation", .enabled(if: Executable.isRepcached, "memcached takes none"),
  .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-socket-activate"), "systemd is not there")
)
struct ActivationTests {
  let rig = Rig()

  /// It is started by who connects first.
  private func launch(_ sockets: String, at endpoint: Endpoint, _ options: [String] = []) throws -> Daemon {
    try rig.launch(
      shell: "exec systemd-socket-activate \(sockets) \"$0\" \"$@\"", exactly: ["-X", "0", "-v"] + options,
      endpoint: endpoint)
  }

  @Test("Clients come in by the socket that was given, and -l and -p open none") func clients() throws {
    let (port, other) = (try FreePorts.next(), try FreePorts.next())
    let daemon = try launch("-l 127.0.0.1:\(port)", at: .local(port), ["-l", "127.0.0.1", "-p", "\(other)"])
    #expect(daemon.becomesReady())
    let client = try daemon.client()
    #expect(try client.store("set", "k", "1") == "STORED")
    #expect(try client.text(of: "k") == "1")
    #expect(daemon.listeningPorts == [port])
    #expect(daemon.end() == .exited(0))
  }

  @Test("The socket named http has metrics and health") func http() throws {
    let (port, http) = (try FreePorts.next(), try FreePorts.next())
    let daemon = try launch(
      "-l 127.0.0.1:\(port) -l 127.0.0.1:\(http) --fdname=clients:http", at: .local(port))
    #expect(daemon.becomesReady())
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
    #expect(eventually { (try? HTTPAnswer.get("/readyz", port: http))?.status == 200 })
  }

  @Test("A unix socket's file is its maker's: it stays") func unixSocket() throws {
    let folder = try rig.folder()
    let path = folder.file("socket")
    let daemon = try launch("-l \(path)", at: .unix(path: path))
    #expect(daemon.becomesReady())
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
    #expect(daemon.end() == .exited(0))
    #expect(folder.files == ["socket"])
  }

  @Test("A datagram socket is served too, but for what came before it was ready") func datagrams() throws {
    let port = try FreePorts.next()
    let manager = try ServiceManager(in: try rig.folder())
    let daemon = try launch("-d -l 127.0.0.1:\(port) -E NOTIFY_SOCKET=\(manager.path)", at: .local(port), ["-t", "1"])
    let client = try DatagramClient(to: port)
    // The first one has it started, once the socket is there.
    #expect(eventually { client.send(Array("version\r\n".utf8)) > 0 && manager.lines.contains("READY=1") })
    #expect(try client.ask("get nothing\r\n").last == "END\r\n")
    #expect(daemon.isRunning)
  }

  @Test(
    "What cannot be served ends with one line and status 64",
    arguments: [
      ("LISTEN_PID=$$ LISTEN_FDS=x", "LISTEN_FDS"), ("LISTEN_PID=$$ LISTEN_FDS=1", "descriptor 3"),
      ("LISTEN_PID=x LISTEN_FDS=1", "LISTEN_PID"),
      ("LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=a:b", "LISTEN_FDNAMES"),
    ])
  func refused(variables: String, named: String) throws {
    let user = Executable.runsAsRoot ? "-u root" : ""
    let child = try ChildProcess([
      "sh", "-c", "\(variables) exec \"$0\" \(user) -l 127.0.0.1 -X 0 3</dev/null", Executable.path,
    ])
    #expect(child.waitForEnd() == .exited(64))
    #expect(child.errorText.split(separator: "\n").count == 1 && child.errorText.contains(named), "\(child.errorText)")
  }

  @Test("A socket by another name than clients or http is refused") func unknownName() throws {
    let port = try FreePorts.next()
    let daemon = try launch("--fdname=replication -l 127.0.0.1:\(port)", at: .local(port))
    _ = eventually { daemon.canConnect || !daemon.isRunning }
    #expect(daemon.waitForEnd() == .exited(64))
    #expect(daemon.logText.contains("\"replication\" is neither clients nor http"))
  }
}
