import Foundation
import Testing

/// What somebody reads who starts it at a terminal: util-linux' script(1) is one.
@Suite("The greeting", .enabled(if: Executable.isRepcached, "memcached has none"))
struct StartupBannerTests {
  private let rig = Rig()
  private let user = Executable.runsAsRoot ? ["-u", "root"] : []

  /// What stands on the terminal once it has as many lines, and the program is gone.
  private func terminal(_ arguments: [String], until line: String) throws -> String {
    let file = try rig.folder().file("pid")
    let command = ([Executable.path] + arguments).joined(separator: " ")
    let script = try ChildProcess(["/usr/bin/env", "script", "-qefc", "echo $$ >\(file); exec \(command)", "/dev/null"])
    _ = eventually { script.outputText.contains(line) || !script.isRunning }
    // A terminal that goes ends no daemon.
    if script.isRunning, let pid = ProcessTable.pid(in: file) { Kernel.signal(pid, SIGTERM) }
    #expect(script.waitForEnd() != nil)
    return script.outputText.replacingOccurrences(of: "\r", with: "")
  }

  private func flags(_ more: [String] = []) throws -> (flags: [String], port: UInt16, link: UInt16) {
    let (port, link) = (try FreePorts.next(), try FreePorts.next())
    return (user + ["-l", "127.0.0.1", "-p", "\(port)", "-X", "\(link)"] + more, port, link)
  }

  @Test("It says where clients come in, how to get the page, and how to pair") func withoutPage() throws {
    let (flags, port, link) = try flags()
    let text = try terminal(flags, until: "Ctrl-C")
    #expect(
      text.hasPrefix("repcached \(Executable.version) serves clients at 127.0.0.1:\(port), and has no peer.\n"),
      "\(text)")
    #expect(text.contains("page  none: with -o http=9150 it is http://127.0.0.1:9150/\n"))
    #expect(text.contains("pair  on another host: repcached -x ") && text.contains("port \(link) here\n"))
  }

  @Test("With a page it says where that is, and the page is there") func withPage() throws {
    let http = try FreePorts.next()
    let text = try terminal(try flags(["-o", "http=\(http)"]).flags, until: "Ctrl-C")
    #expect(text.contains("page  http://127.0.0.1:\(http)/\n"), "\(text)")
  }

  @Test("Root who has typed the name alone reads what to type", .enabled(if: Executable.runsAsRoot, "only for root"))
  func root() throws {
    let lines = try terminal([], until: "try:").split(separator: "\n")
    #expect(lines.count == 2 && lines[0] == "repcached: can't run as root without the -u switch", "\(lines)")
    #expect(lines.last?.hasPrefix("try: repcached -u nobody -o http=9150") == true)
    #expect(try Run([]).errorLines.count == 2, "no terminal, no hint")
  }

  @Test("Nobody else reads it: no pipe, and nobody who has named a peer") func others() throws {
    let daemon = try rig.daemon(["-X", "\(try FreePorts.next())"])
    #expect(!daemon.logText.contains("serves clients"))
    let (flags, _, _) = try flags(["-x", "127.0.0.1", "-v", "-o", "repl_wait=1"])
    #expect(!(try terminal(flags, until: "replication: listen").contains("serves clients")))
  }
}
