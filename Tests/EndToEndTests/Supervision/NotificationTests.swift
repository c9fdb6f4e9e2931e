import Foundation
import Glibc
import Testing

/// What it tells the service manager that has started it.
@Suite("Told to the service manager", .enabled(if: Executable.isRepcached, "memcached tells nothing"))
struct NotificationTests {
  let rig = Rig()

  private func launch(
    _ manager: ServiceManager, _ variables: String = "", _ options: [String] = ["-X", "0"]
  ) throws -> Daemon {
    let port = try FreePorts.next()
    return try rig.launch(
      shell: manager.shell(variables), exactly: ["-l", "127.0.0.1", "-p", "\(port)", "-v"] + options,
      endpoint: .local(port))
  }

  @Test("READY=1 comes when clients can come in, STOPPING=1 when it ends, and the status beside both") func life()
    throws
  {
    let manager = try ServiceManager(in: try rig.folder())
    let daemon = try launch(manager)
    #expect(manager.isTold("READY=1"))
    #expect(daemon.canConnect)
    #expect(manager.lines.contains("STATUS=Serving, replication off"))
    #expect(daemon.end() == .exited(0))
    #expect(manager.lines.suffix(2) == ["STOPPING=1", "STATUS=Stopping, replication off"])
  }

  @Test("With a peer that has everything READY=1 comes behind the copy, and not before") func copy() throws {
    let manager = try ServiceManager(in: try rig.folder())
    let peerPort = try FreePorts.next()
    let peer = try rig.daemon("-X", "\(peerPort)", "-m", "256")
    let client = try peer.client()
    for number in 0..<200 { _ = try client.store("set", "k\(number)", String(repeating: "x", count: 100_000)) }
    let daemon = try launch(
      manager, "", ["-m", "256", "-x", "127.0.0.1", "-X", "\(try FreePorts.next()):\(peerPort)"])
    #expect(manager.isTold("READY=1"))
    #expect(try daemon.client().text(of: "k199")?.utf8.count == 100_000)
    #expect(manager.isTold { $0.hasPrefix("STATUS=Serving, state stream, peer 127.0.0.1:") })
    peer.kill()
    #expect(manager.isTold { $0.hasPrefix("STATUS=Serving, state ") && $0.contains(", no peer, looks for 127.0.0.1") })
  }

  @Test("Without a peer that answers READY=1 comes after repl_wait, and who waits for one is ready at once")
  func alone() throws {
    for options in [["-x", "127.0.0.1", "-o", "repl_wait=100"], []] {
      let manager = try ServiceManager(in: try rig.folder())
      let ports = "\(try FreePorts.next()):\(try FreePorts.next())"
      _ = try launch(manager, "", ["-X", ports] + options)
      #expect(manager.isTold("READY=1"))
      #expect(manager.lines.contains { $0.hasPrefix("STATUS=Serving, state listen, no peer") })
    }
  }

  @Test("SIGHUP is told before and after what is read again") func reload() throws {
    let manager = try ServiceManager(in: try rig.folder())
    let daemon = try launch(manager)
    #expect(manager.isTold("READY=1"))
    Kernel.signal(daemon.pid, SIGHUP)
    #expect(manager.isTold("READY=1", times: 2))
    #expect(manager.isTold { $0.hasPrefix("MONOTONIC_USEC=") })
    let lines = manager.lines
    let begin = try #require(lines.firstIndex(of: "RELOADING=1"))
    #expect(lines[begin...].contains("READY=1"))
  }

  @Test("WATCHDOG=1 comes again and again while it runs, and not where another process is meant") func watchdog() throws
  {
    let manager = try ServiceManager(in: try rig.folder())
    _ = try launch(manager, "WATCHDOG_USEC=200000 WATCHDOG_PID=$$")
    #expect(manager.isTold("WATCHDOG=1", times: 5))
    let other = try ServiceManager(in: try rig.folder())
    let daemon = try launch(other, "WATCHDOG_USEC=200000 WATCHDOG_PID=1")
    #expect(other.isTold("READY=1"))
    #expect(daemon.end() == .exited(0))
    #expect(!other.lines.contains("WATCHDOG=1"))
  }

  @Test("Whom the manager itself has started stays in the foreground, though -d is said") func daemonFlag() throws {
    let manager = try ServiceManager(in: try rig.folder())
    let daemon = try launch(manager, "SYSTEMD_EXEC_PID=$$", ["-X", "0", "-d"])
    #expect(manager.isTold("READY=1"))
    #expect(daemon.isRunning)
    #expect(daemon.end() == .exited(0))
  }

  @Test("A manager that is not to be had is one warning, and it serves") func noManager() throws {
    let port = try FreePorts.next()
    let daemon = try rig.launch(
      shell: "NOTIFY_SOCKET=vsock:2:1 exec \"$0\" \"$@\"", exactly: ["-l", "127.0.0.1", "-p", "\(port)", "-X", "0"],
      endpoint: .local(port))
    #expect(daemon.becomesReady())
    #expect(daemon.log(atLeast: 1).count { $0.hasPrefix("repcached: warning: NOTIFY_SOCKET") } == 1)
  }
}
