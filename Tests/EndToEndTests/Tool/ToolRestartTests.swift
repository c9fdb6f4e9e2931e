import Foundation
import TestSupport
import Testing

/// `restart` before a systemctl that is a script: what it asks for and in which order, and what it does when a peer is missing.
/// `make test-deb` has it restart real daemons under a real systemd.
@Suite("repcached-tool restarts a side")
struct ToolRestartTests {
  private let rig = Rig()

  /// A folder with such a systemctl, which notes what it is told in `told`.
  private func systemctl(status: String, loads: String = "loaded", active: String = "active", restarts: Bool = true)
    throws -> TemporaryDirectory
  {
    let folder = try rig.folder()
    let script = """
      #!/bin/sh
      cd \(folder.path)
      echo "$*" >> told
      case "$*" in
        *LoadState*) echo \(loads) ;;
        *ActiveState*) echo \(active) ;;
        *StatusText*) echo "\(status)" ;;
        *MainPID*) [ -f restarted ] && echo 2 || echo 1 ;;
        restart*) \(restarts ? "touch restarted" : "exit 1") ;;
      esac
      """
    // By another program: a child of some other test may hold a file that this one has written open, and then it cannot be run.
    try script.write(toFile: folder.file("script"), atomically: true, encoding: .utf8)
    let install = ["install", "-m", "755", folder.file("script"), folder.file("systemctl")]
    #expect(try Run(install, program: "/usr/bin/env").ending == .exited(0))
    return folder
  }

  private func restart(_ folder: TemporaryDirectory, _ arguments: String...) throws -> (
    ending: ChildProcess.Ending?, output: String, errors: String
  ) {
    let path = folder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    let child = try ChildProcess([ToolRun.program, "restart"] + arguments, environment: ["PATH": path])
    let ending = child.waitForEnd()
    return (ending, child.outputText, child.errorText)
  }

  private func told(_ folder: TemporaryDirectory) -> [Substring] {
    ((try? String(contentsOfFile: folder.file("told"), encoding: .utf8)) ?? "").split(separator: "\n")
  }

  private static let streaming = "Serving, state stream, peer 10.0.0.2:11212"

  @Test("It looks for a while, restarts, and looks again") func well() throws {
    let folder = try systemctl(status: Self.streaming)
    let run = try restart(folder, "repcached@two")
    let unit = "repcached@two.service"
    #expect(run.ending == .exited(0), "\(run)")
    #expect(run.output == "restarting \(unit) (\(Self.streaming))\n\(unit): \(Self.streaming)\n")
    let asked = told(folder)
    let index = try #require(asked.firstIndex(of: "restart \(unit)"))
    let looks = { (lines: ArraySlice<Substring>) in lines.count { $0.contains("StatusText") } }
    #expect(looks(asked[..<index]) >= 12 && looks(asked[index...]) >= 12, "\(asked)")
  }

  @Test("A side without a peer is left alone, with status 75, but with -f") func alone() throws {
    let folder = try systemctl(status: "Serving, state listen, no peer")
    let run = try restart(folder, "-t", "0")
    #expect(
      run.ending == .exited(75) && run.output.isEmpty && run.errors.contains("not restarted: no peer has what"),
      "\(run)")
    #expect(!told(folder).contains { $0.hasPrefix("restart") })
    #expect(try restart(folder, "-f").ending == .exited(0))
    #expect(told(folder).contains("restart repcached.service"))
  }

  @Test("No unit, none that runs, one that does not start") func faults() throws {
    #expect(try restart(systemctl(status: "", loads: "not-found")).ending == .exited(64))
    #expect(try restart(systemctl(status: "", active: "inactive")).ending == .exited(1))
    let failing = try restart(systemctl(status: Self.streaming, restarts: false), "-f")
    #expect(
      failing.ending == .exited(1) && failing.errors.contains("did not start again: journalctl -u repcached.service"),
      "\(failing)")
  }
}
