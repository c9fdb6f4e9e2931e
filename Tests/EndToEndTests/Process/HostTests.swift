import Foundation
import Glibc
import Testing

/// What the host refuses at the start. Only what the daemon cannot do without ends it: what memcached does without is a
/// warning here, too.
@Suite("A host that refuses", .enabled(if: Executable.isRepcached, "memcached words its messages differently"))
struct HostTests {
  let rig = Rig()

  /// A daemon on 127.0.0.1 that was started with these flags by way of a shell.
  private func launch(_ flags: [String], limits: String = "", rights: String = "") throws -> Daemon {
    let port = try FreePorts.next()
    let command = "\(limits.isEmpty ? "" : limits + "; ")exec \(Executable.runsAsRoot ? rights : "") \"$0\" \"$@\""
    return try rig.launch(
      shell: command, exactly: ["-l", "127.0.0.1", "-p", "\(port)", "-X", "0"] + flags, endpoint: .local(port))
  }

  /// It serves, and has said this in one line.
  private func expectWarning(_ text: String, of daemon: Daemon) throws {
    #expect(daemon.becomesReady(), "\(daemon.log)")
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
    #expect(daemon.log(atLeast: 1).count == 1 && daemon.log[0].hasPrefix("repcached: warning: "), "\(daemon.log)")
    #expect(daemon.log.first?.contains(text) == true, "\(daemon.log)")
  }

  @Test("Without a port for clients it runs, as memcached does, and says so") func noPort() throws {
    let daemon = try launch(["-p", "0"])
    #expect(
      daemon.log(atLeast: 1).first?.hasPrefix("repcached: warning: no client can come in") == true, "\(daemon.log)")
    // It may not have come as far as to listen to signals.
    #expect([.exited(0), .killed(signal: SIGTERM)].contains(daemon.end()))
  }

  // MARK: The pid file

  @Test("A pid file that cannot be written is a warning, and it serves", arguments: ["full", "missing", "link"])
  func unwritablePidFile(kind: String) throws {
    let folder = try rig.folder()
    let path = kind == "full" ? "/dev/full" : folder.file(kind == "link" ? "pid" : "no/such/folder/pid")
    if kind == "link" {
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder.file("precious"))
    }
    let daemon = try launch(["-P", path])
    try expectWarning(path, of: daemon)
    #expect(daemon.end() == .exited(0))
    #expect(FileManager.default.fileExists(atPath: "/dev/full"))
    #expect(folder.files == (kind == "link" ? ["pid"] : []))
  }

  @Test("In the background it says so, too, before the shell has its prompt again") func unwritableInTheBackground()
    throws
  {
    let port = try FreePorts.next()
    let path = try rig.folder().file("no/such/folder/pid")
    let run = try Run.asUser(["-d", "-A", "-P", path, "-l", "127.0.0.1", "-p", "\(port)", "-X", "0"])
    #expect(run.ending == .exited(0) && run.errorLines.count == 2 && run.errors.contains(path), "\(run)")
    let client = try Client(to: .local(port))
    try client.send("shutdown\r\n")
    #expect(try client.rest() == "")
  }

  // MARK: Descriptors

  /// Not even root may lift the hard limit without this.
  private let withoutLifting = "setpriv --bounding-set=-sys_resource"

  @Test("Without -c it takes as many connections as the hard limit of descriptors allows, and says how many")
  func fewDescriptors() throws {
    let daemon = try launch([], limits: "ulimit -n 1024", rights: withoutLifting)
    try expectWarning("1024 open files are allowed", of: daemon)
    let control = try daemon.client()
    let limit = try Int(control.statistic("max_connections") ?? "") ?? 0
    #expect(try limit + (Int(control.statistic("reserved_fds") ?? "") ?? 0) == 1024)
    #expect(try control.statistics("settings").first { $0.name == "maxconns" }?.value == "\(limit)")
    #expect(daemon.log[0].hasSuffix(" at most \(limit) connections"))
    #expect(try settled(on: "1") { try control.statistic("curr_connections") } == "1")
    let others = try (1..<limit).map { _ in try daemon.client() }
    for client in others { #expect(try client.command("version").hasPrefix("VERSION")) }
    #expect(try control.statistic("curr_connections") == "\(limit)")
    #expect(try control.statistic("listen_disabled_num") == "0")
  }

  @Test("A -c that was asked for and cannot be had ends the start") func tooManyConnections() throws {
    let daemon = try launch(["-c", "1024"], limits: "ulimit -n 1024", rights: withoutLifting)
    #expect(daemon.waitForEnd() == .exited(71))
    #expect(daemon.log(atLeast: 1).count == 1 && daemon.log.first?.contains("-c 1024") == true, "\(daemon.log)")
  }

  @Test("With fewer descriptors than it needs for itself it does not start") func noDescriptors() throws {
    let daemon = try launch([], limits: "ulimit -n 64", rights: withoutLifting)
    #expect(daemon.waitForEnd() == .exited(71))
    #expect(daemon.log(atLeast: 1).count == 1, "\(daemon.log)")
  }

  // MARK: Memory and cores

  @Test(
    "-k from root with -u locks all memory, whatever the limit of the shell was",
    .enabled(if: ProcessTable.mayLiftLimits, "only who has CAP_SYS_RESOURCE lifts the limit"))
  func lockedMemory() throws {
    let port = try FreePorts.next()
    let daemon = try rig.launch(
      shell: "ulimit -l 64; exec \"$0\" \"$@\"",
      exactly: ["-u", "nobody", "-k", "-l", "127.0.0.1", "-p", "\(port)", "-X", "0", "-m", "16"],
      endpoint: .local(port))
    #expect(daemon.becomesReady(), "\(daemon.log)")
    let locked = ProcessTable.field("VmLck", of: daemon.pid)?.split(separator: " ").first.flatMap { Int($0) } ?? 0
    #expect(locked > 4 << 10, "kilobytes locked")
    let client = try daemon.client()
    for key in 0..<200 {
      #expect(try client.store("set", "k\(key)", [UInt8](repeating: 1, count: 100_000)) == "STORED")
    }
  }

  @Test(
    "-k without the right to lock so much is a warning, nothing is locked, and it serves",
    .enabled(if: Executable.runsAsRoot, "only root gives up the right to lift the limit"))
  func memoryNotLocked() throws {
    let rights = "setpriv --bounding-set=-sys_resource,-ipc_lock"
    let daemon = try launch(["-u", "nobody", "-k"], limits: "ulimit -l 64", rights: rights)
    try expectWarning("-k", of: daemon)
    #expect(ProcessTable.field("VmLck", of: daemon.pid)?.hasPrefix("0 ") == true)
    let client = try daemon.client()
    for key in 0..<200 {
      #expect(try client.store("set", "k\(key)", [UInt8](repeating: 1, count: 100_000)) == "STORED")
    }
  }

  @Test("-k and -r start, or say why not", arguments: ["-k", "-r"]) func limits(flag: String) throws {
    let port = try FreePorts.next()
    let daemon = try rig.launch(
      exactly: [flag, "-l", "127.0.0.1", "-p", "\(port)", "-X", "0", "-m", "16"], endpoint: .local(port))
    if daemon.becomesReady() {
      #expect(try daemon.client().store("set", "k", "1") == "STORED")
    } else {
      #expect([.exited(71), .exited(64)].contains(daemon.waitForEnd()) && !daemon.log.isEmpty, "\(daemon.log)")
    }
  }

  // MARK: The user

  @Test(
    "Without root's rights -u has no effect, and a name that nobody has is a warning",
    .enabled(if: !Executable.runsAsRoot || Executable.othersMayRunIt, "the program lies where only root gets at it"))
  func unknownUserWithoutRoot() throws {
    let rights = "setpriv --reuid=65534 --regid=65534 --clear-groups"
    let daemon = try launch(["-u", "no-such-user"], rights: rights)
    try expectWarning("no-such-user", of: daemon)
  }

  @Test(
    "Where groups may not be changed, as in a container without rights, -u root is a warning",
    .enabled(if: Executable.runsAsRoot, "only root gives up rights"))
  func groupsThatStay() throws {
    let daemon = try launch(["-u", "root"], rights: "setpriv --bounding-set=-setgid")
    try expectWarning("groups", of: daemon)
  }

  @Test(
    "Where groups may not be changed, -u with another user ends the start",
    .enabled(if: Executable.runsAsRoot, "only root gives up rights"))
  func userThatCannotBeHad() throws {
    let daemon = try launch(["-u", "nobody"], rights: "setpriv --bounding-set=-setgid")
    #expect(daemon.waitForEnd() == .exited(71))
    #expect(daemon.log(atLeast: 1).count == 1 && daemon.log.first?.contains("nobody") == true, "\(daemon.log)")
  }
}
