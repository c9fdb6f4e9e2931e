import Foundation
import TestSupport
import Testing

/// All that one test started. A suite holds one (`let rig = Rig()`); as a suite is made anew for each test and lives until
/// the test has returned, every daemon and relay lives exactly as long as its test, whatever the optimizer does to the
/// test's variables. A daemon that ended without being told to is reported, with its log, as an issue of that test.
final class Rig {
  static let descriptorLimit = Kernel.raiseDescriptorLimit()

  private var daemons: [Daemon] = []
  private var relays: [Relay] = []
  private var olds: [OldRepcached] = []
  private var others: [ChildProcess] = []
  private var folders: [TemporaryDirectory] = []
  private var pidFiles: [String] = []

  init() { _ = Self.descriptorLimit }

  deinit {
    for daemon in daemons { reportMisbehaviour(of: daemon) }
    for relay in relays { relay.end() }
    for old in olds {
      if let line = old.cache.crash { Issue.record("a repcached 2.x would have crashed by \(line.debugDescription)") }
      old.end()
    }
    for file in pidFiles { endDetached(file) }
  }

  /// An end that no one asked for, and what a sanitizer built into the program has found.
  private func reportMisbehaviour(of daemon: Daemon) {
    let log = daemon.logText
    if daemon.hasCrashed {
      let ending = daemon.ending.map { "\($0)" } ?? "unknown"
      Issue.record("the daemon ended by itself: \(ending), arguments \(daemon.arguments), log:\n\(log.suffix(4_000))")
    }
    if let finding = log.range(of: "Sanitizer") { Issue.record("\(log[finding.lowerBound...].prefix(6_000))") }
  }

  // MARK: Daemons

  /// A daemon on 127.0.0.1 that answers; without a peer unless the options say `-X`.
  func daemon(_ options: String..., port: UInt16? = nil) throws -> Daemon { try daemon(options, port: port) }

  func daemon(
    _ options: [String], port: UInt16? = nil, host: String = "127.0.0.1", clockOffset: Int = 0,
    program: String = Executable.path
  ) throws -> Daemon {
    let daemon = try launch(options, port: port, host: host, clockOffset: clockOffset, program: program)
    guard daemon.becomesReady() else {
      throw RigError("\(daemon.arguments) did not answer on \(daemon.endpoint); log:\n\(daemon.logText)")
    }
    return daemon
  }

  /// As `daemon`, but does not wait for it.
  func launch(
    _ options: [String], port: UInt16? = nil, host: String = "127.0.0.1", clockOffset: Int = 0,
    program: String = Executable.path
  ) throws -> Daemon {
    let port = try port ?? FreePorts.next()
    let alone = options.contains("-X") || Executable.isMemcached ? [] : ["-X", "0"]
    let endpoint = Endpoint.tcp(host: host, port: port)
    return try launch(
      exactly: ["-l", host, "-p", "\(port)", "-v"] + alone + options, endpoint: endpoint, clockOffset: clockOffset,
      program: program)
  }

  /// Only with these arguments, and `-u root` where root must say so; by way of a shell that `exec`s `"$0" "$@"` if given.
  func launch(
    shell: String? = nil, exactly arguments: [String], endpoint: Endpoint, clockOffset: Int = 0,
    clockFile: String? = nil, program: String = Executable.path
  ) throws -> Daemon {
    let user = Executable.runsAsRoot && !arguments.contains("-u") ? ["-u", "root"] : []
    let daemon = try Daemon(
      user + arguments, endpoint: endpoint, shell: shell, clockOffset: clockOffset, clockFile: clockFile,
      program: program)
    daemons.append(daemon)
    return daemon
  }

  /// With `-d` and a pid file, by which the rig ends it.
  func detach(_ arguments: [String], pidFile: String) throws -> Run {
    pidFiles.append(pidFile)
    let run = try Run.asUser(["-d", "-P", pidFile] + arguments)
    if let pid = ProcessTable.pid(in: pidFile) { ChildReaper.shared.watch(pid) }
    return run
  }

  private func endDetached(_ pidFile: String) {
    guard let pid = ProcessTable.pid(in: pidFile) else { return }
    // The number in the file could be anyone's, were the program wrong about it.
    if ProcessTable.program(of: pid) == Executable.path { Kernel.signal(pid, 9) }
    ChildReaper.shared.forget(pid)
  }

  // MARK: The rest

  /// Another program that serves on a port of 127.0.0.1, such as memcached beside the daemon.
  func launchOther(_ program: String, _ arguments: [String], port: UInt16) throws {
    let user = Executable.runsAsRoot ? ["-u", "root"] : []
    let child = try ChildProcess([program] + user + arguments)
    others.append(child)
    let isReady = eventually {
      guard let socket = try? Kernel.connect(to: .local(port)) else { return false }
      Kernel.close(socket)
      return true
    }
    if !isReady { throw RigError("\(program) does not answer: \(child.errorText)") }
  }

  func relay(to port: UInt16, host: String = "127.0.0.1") throws -> Relay {
    let relay = try Relay(to: .tcp(host: host, port: port))
    relays.append(relay)
    return relay
  }

  /// A repcached 2.x; with a port it listens there, and takes a peer at once.
  func old(port: UInt16? = nil, itemLimit: Int = 1 << 20) throws -> OldRepcached {
    let old = try OldRepcached(port: port, itemLimit: itemLimit)
    olds.append(old)
    return old
  }

  func folder() throws -> TemporaryDirectory {
    let folder = TemporaryDirectory(isOpenToAll: true)
    folders.append(folder)
    return folder
  }
}
