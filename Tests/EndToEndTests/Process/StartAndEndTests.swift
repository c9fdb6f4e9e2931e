import Foundation
import Glibc
import Testing

/// How it starts, detaches, becomes another user and ends.
@Suite("Start and end", .enabled(if: Executable.isRepcached, "memcached words its messages differently"))
struct StartAndEndTests {
  let rig = Rig()

  @Test("-d returns 0 for a daemon in a session of its own, its streams on null, its number in -P")
  func detaching() throws {
    let folder = try rig.folder()
    let port = try FreePorts.next()
    let run = try rig.detach(["-l", "127.0.0.1", "-p", "\(port)", "-X", "0"], pidFile: folder.file("pid"))
    #expect(eventually { (try? Client(to: .local(port))) != nil })
    let client = try Client(to: .local(port))
    #expect(run.ending == .exited(0) && run.errors.isEmpty && run.output.isEmpty, "\(run)")
    let pid = try #require(ProcessTable.pid(in: folder.file("pid")))
    #expect(try client.statistic("pid") == "\(pid)")
    #expect(ProcessTable.session(of: pid) != ProcessTable.session(of: getpid()))
    #expect(ProcessTable.standardStreams(of: pid) == ["/dev/null", "/dev/null", "/dev/null"])
    Kernel.signal(pid, SIGTERM)
    #expect(eventually { !ProcessTable.isRunning(pid) })
    #expect(folder.files == [])
  }

  @Test("-d is ready when it says so, ten times of ten") func readyWhenDetached() throws {
    let folder = try rig.folder()
    for round in 0..<10 {
      let port = try FreePorts.next()
      _ = try rig.detach(["-l", "127.0.0.1", "-p", "\(port)", "-X", "0"], pidFile: folder.file("pid\(round)"))
      #expect(throws: Never.self) { try Client(to: .local(port)) }
    }
  }

  @Test("-d fails with the message when the port is in use, and leaves no one behind") func detachingInVain() throws {
    let folder = try rig.folder()
    let port = try FreePorts.next()
    let taken = try Kernel.listen(on: .local(port))
    defer { Kernel.close(taken) }
    let run = try Run.asUser(["-d", "-l", "127.0.0.1", "-p", "\(port)", "-X", "0", "-P", folder.file("pid")])
    #expect(run.isRefusal && run.ending == .exited(71) && run.errors.contains("\(port)"), "\(run)")
    #expect(folder.files == [])
  }

  @Test("A detached pair replicates") func detachedPair() throws {
    let folder = try rig.folder()
    let (sideA, sideB) = try Pair.sides(.bothConnect)
    for (name, side) in [("a", sideA), ("b", sideB)] {
      let run = try rig.detach(["-l", "127.0.0.1", "-p", "\(side.port)"] + side.arguments, pidFile: folder.file(name))
      #expect(run.ending == .exited(0), "\(run)")
    }
    #expect(eventually { (try? Client(to: .local(sideA.port))) != nil })
    #expect(eventually { (try? Client(to: .local(sideB.port))) != nil })
    _ = try Client(to: .local(sideA.port)).store("set", "k", "1")
    let b = try Client(to: .local(sideB.port))
    #expect(try settled(on: "1") { try b.text(of: "k") } == "1")
  }

  @Test(
    "SIGTERM, SIGINT and SIGUSR1 end it with status 0, without its pid file and socket",
    arguments: [SIGTERM, SIGINT, SIGUSR1])
  func ending(signal: Int32) throws {
    let folder = try rig.folder()
    let path = folder.file("socket")
    let daemon = try rig.launch(
      exactly: ["-s", path, "-P", folder.file("pid"), "-X", "0"], endpoint: .unix(path: path))
    #expect(daemon.becomesReady())
    #expect(settled(on: daemon.pid) { ProcessTable.pid(in: folder.file("pid")) } == daemon.pid)
    let clients = try (0..<10).map { _ in try daemon.client() }
    for client in clients { _ = try client.store("set", "k", "1") }
    #expect(daemon.end(with: signal) == .exited(0))
    for client in clients { #expect(try client.rest() == "") }
    #expect(folder.files == [])
  }

  @Test("Ending, it answers what it has read", arguments: [SIGTERM, SIGUSR1])
  func answersBeforeEnding(signal: Int32) throws {
    let daemon = try rig.daemon()
    let client = try daemon.client()
    try client.send(String(repeating: "set k 0 0 1\r\n1\r\n", count: 100))
    _ = try client.line()
    #expect(daemon.end(with: signal) == .exited(0))
    let rest = try client.rest()
    #expect(rest == String(repeating: "STORED\r\n", count: rest.utf8.count / 8), "no answer is cut in half")
  }

  @Test(
    "-u gives up root's rights, keeps the room for -c, and the pid file still goes at the end",
    .enabled(if: Executable.runsAsRoot, "only root has rights to give up"))
  func droppedPrivileges() throws {
    let folder = try rig.folder()
    let port = try FreePorts.next()
    let daemon = try rig.launch(
      exactly: ["-u", "nobody", "-l", "127.0.0.1", "-p", "\(port)", "-X", "0", "-c", "3000", "-P", folder.file("pid")],
      endpoint: .local(port))
    #expect(daemon.becomesReady())
    let ids = ProcessTable.field("Uid", of: daemon.pid)?.split(separator: "\t").map(String.init) ?? []
    #expect(Set(ids).count == 1 && ids[0] != "0", "\(ids)")
    let groups = ProcessTable.field("Gid", of: daemon.pid)?.split(separator: "\t").map(String.init) ?? []
    #expect(Set(groups).count == 1 && groups[0] != "0", "\(groups)")
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
    #expect(owner(of: folder.file("pid")) == "nobody")
    #expect(daemon.end() == .exited(0))
    #expect(folder.files == [])
  }

  @Test(
    "In a directory of root's own the user of -u empties the pid file, and the next start takes both files over",
    .enabled(if: Executable.runsAsRoot, "only root has such a directory"))
  func filesInRootsDirectory() throws {
    let folder = try rig.folder()
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    let (pidFile, socket) = (folder.file("pid"), folder.file("socket"))
    for _ in 0..<2 {
      let daemon = try rig.launch(
        exactly: ["-u", "nobody", "-s", socket, "-X", "0", "-P", pidFile], endpoint: .unix(path: socket))
      #expect(daemon.becomesReady())
      #expect(ProcessTable.pid(in: pidFile) == daemon.pid)
      #expect(owner(of: pidFile) == "nobody" && owner(of: socket) == "nobody")
      #expect(daemon.end() == .exited(0))
      #expect(try String(contentsOfFile: pidFile, encoding: .utf8) == "")
    }
  }

  @Test(
    "With -u the unix socket is the user's: it may connect, and the socket goes at the end",
    .enabled(if: Executable.runsAsRoot, "only root becomes another user"))
  func socketOfUser() throws {
    let folder = try rig.folder()
    let path = folder.file("socket")
    let daemon = try rig.launch(exactly: ["-u", "nobody", "-s", path, "-X", "0"], endpoint: .unix(path: path))
    #expect(daemon.becomesReady())
    #expect(try mode(of: path) == 0o700 && owner(of: path) == "nobody")
    #expect(daemon.end() == .exited(0))
    #expect(folder.files == [])
  }

  private func owner(of path: String) -> String? {
    try? FileManager.default.attributesOfItem(atPath: path)[.ownerAccountName] as? String
  }

  @Test("Standard error closed or full never ends it") func logsIntoTheVoid() throws {
    let port = try FreePorts.next()
    let daemon = try rig.launch(
      shell: "exec \"$0\" \"$@\" 2>/dev/full", exactly: ["-vv", "-l", "127.0.0.1", "-p", "\(port)", "-X", "0"],
      endpoint: .local(port))
    #expect(daemon.becomesReady())
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
  }
}
