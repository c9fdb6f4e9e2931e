import Foundation
import Glibc

/// The real program, running, with its log. A test gets one from its `Rig`, which ends it.
final class Daemon {
  let endpoint: Endpoint
  let arguments: [String]
  private let child: ChildProcess
  private let isShifted: Bool
  /// Whether the test ended it: any other end is a crash, and the rig reports it.
  private var isExpectedToEnd = false

  init(
    _ arguments: [String], endpoint: Endpoint, shell: String? = nil, clockOffset: Int = 0, clockFile: String? = nil,
    program: String = Executable.path
  ) throws {
    let isShifted = clockOffset != 0 || clockFile != nil
    let environment =
      try clockFile.map { try ShiftedClock.environment(file: $0) }
      ?? (isShifted ? ShiftedClock.environment(seconds: clockOffset) : [:])
    self.isShifted = isShifted
    self.endpoint = endpoint
    self.arguments = arguments
    let prefix = (isShifted ? ShiftedClock.shell : shell).map { ["sh", "-c", $0] } ?? []
    child = try ChildProcess(prefix + [program] + arguments, environment: environment)
  }

  deinit {
    if isShifted { ShiftedClock.forget(pid) }
  }

  var pid: Int32 { child.pid }
  var isRunning: Bool { child.isRunning }
  var ending: ChildProcess.Ending? { child.ending }
  var hasCrashed: Bool { !isExpectedToEnd && !child.isRunning }

  // MARK: Readiness

  /// Until the client port answers; false when the process ended instead, or never answers.
  func becomesReady(_ deadline: Deadline = .generous) -> Bool {
    eventually(deadline) { !child.isRunning || canConnect } && child.isRunning
  }

  var canConnect: Bool {
    guard let socket = try? Kernel.connect(to: endpoint) else { return false }
    Kernel.close(socket)
    return true
  }

  func client(receiveBuffer: Int32? = nil) throws -> Client { try Client(to: endpoint, receiveBuffer: receiveBuffer) }

  // MARK: Log

  var logText: String { child.errorText }
  var log: [String] { logText.split(separator: "\n").map(String.init) }
  var replicationLog: [String] { log.filter { $0.hasPrefix("replication: ") } }

  /// The log, once it has so many lines: a thread of the daemon's own writes them.
  func log(atLeast count: Int) -> [String] {
    _ = eventually { log.count >= count || !child.isRunning }
    return log
  }

  func hasLogged(_ line: String, times: Int = 1) -> Bool { log.count { $0 == line } >= times }

  func logs(_ line: String, times: Int = 1, _ deadline: Deadline = .generous) -> Bool {
    eventually(deadline) { hasLogged(line, times: times) || !child.isRunning } && hasLogged(line, times: times)
  }

  /// Whether these lines come in this order, others between them or not.
  func logs(inOrder lines: [String], _ deadline: Deadline = .generous) -> Bool {
    eventually(deadline) {
      var rest = lines[...]
      for line in log where line == rest.first { rest = rest.dropFirst() }
      return rest.isEmpty
    }
  }

  // MARK: Signals

  func kill() {
    isExpectedToEnd = true
    child.signal(SIGKILL)
    _ = child.waitForEnd()
  }

  func end(with signal: Int32 = SIGTERM, _ deadline: Deadline = .within(.seconds(20))) -> ChildProcess.Ending? {
    isExpectedToEnd = true
    child.signal(signal)
    return child.waitForEnd(deadline)
  }

  func waitForEnd(_ deadline: Deadline = .generous) -> ChildProcess.Ending? {
    isExpectedToEnd = true
    return child.waitForEnd(deadline)
  }

  /// Returns when all its threads stand: until then one may serve what comes.
  func freeze() { Kernel.stop(pid) }
  func thaw() { child.signal(SIGCONT) }

  // MARK: What the kernel knows of it

  /// Resident bytes; from `smaps_rollup` where it may be read, for `status` lags behind by some pages a thread.
  var residentBytes: Int {
    for (file, field) in [("smaps_rollup", "Rss:"), ("status", "VmRSS:")] {
      guard let text = try? String(contentsOfFile: "/proc/\(pid)/\(file)", encoding: .utf8) else { continue }
      for line in text.split(separator: "\n") where line.hasPrefix(field) {
        let digits = line.filter(\.isNumber)
        return (Int(digits) ?? 0) * 1024
      }
    }
    return 0
  }

  /// User and system time so far, in seconds.
  var processorSeconds: Double {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    let fields = text.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
    guard fields.count > 12 else { return 0 }
    return ((Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Every TCP port on which this process listens. The kernel's table is read in pieces, and what other processes open or close
  /// meanwhile can hide a line; not twice the same.
  var listeningPorts: Set<UInt16> {
    ProcessTable.listeningPorts(of: pid).union(ProcessTable.listeningPorts(of: pid))
  }
}
