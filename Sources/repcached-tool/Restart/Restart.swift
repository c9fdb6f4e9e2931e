import Platform
import SystemPackage

/// One side restarted by `systemctl`, with the pair looked at before and after.
///
/// ```
///   it runs ─▶ state stream, for a while ─▶ systemctl restart ─▶ another process ─▶ state stream, for a while
///               └ else 75, nothing done     returns when it has the copy (Type=notify)
/// ```
///
/// What the daemon tells systemd may be a second old: a peer that ended a moment ago must not be taken for one that lives, so the
/// state has to stand for a while.
struct Restart {
  let unit: String
  /// Of each wait, in seconds.
  let limit: UInt32
  let force: Bool
  private static let looks = 12
  private static let pauseNanoseconds: UInt64 = 200_000_000

  func run() throws(ToolError) {
    guard try property("LoadState") == "loaded" else { throw .usage("there is no unit \(unit)") }
    guard try property("ActiveState") == "active" else { throw .wrong("\(unit) does not run: systemctl start \(unit)") }
    if !force, let status = try awaitStream("until the peer has everything") {
      throw .notYet(
        "not restarted: no peer has what \(unit) holds (\(status)); -f restarts it all the same, and empties it")
    }
    let before = try property("MainPID")
    try StandardOutput.print("restarting \(unit) (\(try property("StatusText")))\n")
    guard try systemctl(["restart", unit]).status == 0 else {
      throw .wrong("\(unit) did not start again: journalctl -u \(unit)")
    }
    guard try property("MainPID") != before else { throw .wrong("\(unit) is the same process as before") }
    if !force, let status = try awaitStream("until this side has it again") {
      throw .notYet("\(unit) was restarted and is not equal with its peer yet (\(status))")
    }
    try StandardOutput.print("\(unit): \(try property("StatusText"))\n")
  }

  /// Nil when the pair streams, else what it told last.
  private func awaitStream(_ what: String) throws(ToolError) -> String? {
    let end = SystemClock.monotonicNanoseconds() + UInt64(limit) * 1_000_000_000
    var (times, status) = (0, "")
    while SystemClock.monotonicNanoseconds() < end || times > 0 {
      status = try property("StatusText")
      times = Self.streams(status) ? times + 1 : 0
      if times == Self.looks { return nil }
      if StandardError.isTerminal { StandardError.overwrite("waiting \(what): \(status)") }
      ProcessPause.sleep(nanoseconds: Self.pauseNanoseconds)
    }
    return status
  }

  static func streams(_ status: String) -> Bool { status.hasPrefix("Serving, state stream, ") }

  private func property(_ name: String) throws(ToolError) -> String {
    let told = try systemctl(["show", "--property", name, "--value", unit]).output
    return String(told.prefix { !$0.isNewline })
  }

  private func systemctl(_ arguments: [String]) throws(ToolError) -> (status: Int32, output: String) {
    do throws(Errno) {
      return try ChildRun.run(["systemctl"] + arguments)
    } catch {
      throw .wrong("there is no systemd here (systemctl: \(error))")
    }
  }
}
