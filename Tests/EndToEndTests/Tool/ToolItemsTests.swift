import Foundation
import TestSupport
import Testing

@Suite("repcached-tool moves items", .enabled(if: Executable.isRepcached, "the tool is repcached's"))
struct ToolItemsTests {
  private let rig = Rig()

  private func source(_ count: Int = 300) throws -> Daemon {
    let daemon = try rig.daemon()
    let client = try daemon.client()
    for number in 0..<count {
      _ = try client.store(
        "set", "k\(number)", "value \(number)\r\n\0", flags: UInt32(number), exptime: number % 2 * 5000)
    }
    return daemon
  }

  private func value(_ daemon: Daemon, _ key: String) throws -> String? { try daemon.client().text(of: key) }

  /// Seconds that it still lives; -1: for ever.
  private func timeToLive(_ daemon: Daemon, _ key: String) throws -> Int? {
    let answer = try daemon.client().command("mg \(key) t")
    return answer.split(separator: " t").last.flatMap { Int($0) }
  }

  @Test("A copy brings values, flags and times to live, and leaves what is there") func copy() throws {
    let (from, to) = (try source(), try rig.daemon())
    _ = try to.client().store("set", "k7", "own")
    let run = try ToolRun.of("copy", "\(from.endpoint)", "\(to.endpoint)")
    #expect(run.ending == .exited(0) && run.output == "copied 299 items; 1 were there already\n", "\(run)")
    #expect(try value(to, "k8") == "value 8\r\n\0" && value(to, "k7") == "own")
    #expect(try to.client().command("mg k9 f").hasSuffix("f9"))
    #expect(try timeToLive(to, "k10") == -1)
    let left = try #require(try timeToLive(to, "k11"))
    #expect((4900...5000).contains(left), "\(left)")
    let again = try ToolRun.of("copy", "\(from.endpoint)", "\(to.endpoint)", "--overwrite")
    #expect(again.output == "copied 300 items\n")
    #expect(try value(to, "k7") == "value 7\r\n\0")
  }

  @Test("A copy into several servers puts each key where the clients look for it") func shared() throws {
    let from = try source(200)
    let (a, b) = (try rig.daemon(), try rig.daemon())
    let list = "\(a.endpoint),\(b.endpoint)"
    #expect(try ToolRun.of("copy", "\(from.endpoint)", list, "--algorithm", "ketama").ending == .exited(0))
    let counts = try [a, b].map { Int(try $0.client().statistic("curr_items") ?? "") ?? 0 }
    #expect(counts.reduce(0, +) == 200 && counts.allSatisfy { $0 > 20 }, "\(counts)")
    let found = try ToolRun.of("find", "k5", "k6", "--servers", list, "--algorithm", "ketama", "--ask")
    #expect(
      found.ending == .exited(0) && !found.output.contains("not there") && !found.output.contains("do not look"),
      "\(found)")
    let elsewhere = try ToolRun.json("find", "k5", "--servers", list, "--algorithm", "ketama") as? [[String: Any]]
    #expect(found.output.hasPrefix("k5  \(elsewhere?.first?["server"] as? String ?? "none")\n"))
  }

  @Test("At a rate it takes its time") func rate() throws {
    let (from, to) = (try source(60), try rig.daemon())
    let start = ContinuousClock.now
    let run = try ToolRun.of("copy", "\(from.endpoint)", "\(to.endpoint)", "--rate", "100")
    let time = ContinuousClock.now - start
    #expect(run.ending == .exited(0))
    // The last of sixty is due after 0.6 s.
    #expect(time > .milliseconds(500))
    #expect(try to.client().statistic("curr_items") == "60")
  }

  @Test("What was dumped is loaded, from a file and from standard input's dash refused") func load() throws {
    let (from, to) = (try source(), try rig.daemon())
    let dump = try ToolRun.of("dump", "\(from.endpoint)")
    let file = try rig.folder().file("dump")
    try dump.output.write(toFile: file, atomically: true, encoding: .utf8)
    let run = try ToolRun.of("load", "\(to.endpoint)", file)
    #expect(run.output == "loaded 300 items\n" && run.ending == .exited(0), "\(run)")
    #expect(try value(to, "k299") == "value 299\r\n\0")
    let counts = try ToolRun.json("load", "\(to.endpoint)", file) as? [String: Int]
    #expect(counts == ["stored": 0, "kept": 300, "refused": 0, "expired": 0])
    try (dump.output + "add broken 0 0 x\r\n").write(toFile: file, atomically: true, encoding: .utf8)
    let broken = try ToolRun.of("load", "\(to.endpoint)", file)
    #expect(
      broken.ending == .exited(1) && broken.errorLines.count == 2 && broken.errors.contains("broken"), "\(broken)")
    #expect(try ToolRun.of("load", "\(to.endpoint)", file + "none").ending == .exited(64))
  }

  @Test("What the other has no room for is told with status 1") func refused() throws {
    let to = try rig.daemon("-I", "1k")
    let from = try rig.daemon()
    _ = try from.client().store("set", "large", String(repeating: "v", count: 5000))
    let run = try ToolRun.of("copy", "\(from.endpoint)", "\(to.endpoint)")
    #expect(run.ending == .exited(1) && run.output == "copied 0 items; 1 were refused\n", "\(run)")
    #expect(run.errors == "repcached-tool: 1 items were refused: SERVER_ERROR object too large for cache\n")
  }

  @Test("A server that is not there, or does not list its keys, ends with status 69 and one line") func unavailable()
    throws
  {
    let port = try FreePorts.next()
    let none = try ToolRun.of("stats", "127.0.0.1:\(port)")
    #expect(
      none.ending == .exited(69) && none.errors == "repcached-tool: 127.0.0.1:\(port): Connection refused\n", "\(none)")
    let closed = try rig.daemon("--disable-dumping")
    let dump = try ToolRun.of("dump", "\(closed.endpoint)")
    #expect(dump.ending == .exited(69) && dump.errors.contains("does not list its keys"), "\(dump)")
    #expect(try ToolRun.of("stats", "a b").ending == .exited(64))
  }

  @Test("It logs in, and speaks TLS") func access() throws {
    let file = try rig.folder().file("users")
    try "app:secret\n".write(toFile: file, atomically: true, encoding: .utf8)
    let locked = try rig.daemon("-Y", file)
    #expect(try ToolRun.of("settings", "\(locked.endpoint)", "--login", file).output.contains("auth_enabled_ascii"))
    #expect(try ToolRun.of("settings", "\(locked.endpoint)").ending == .exited(69))
    let tls = try TLSRig()
    let sealed = try tls.daemon()
    let place = "\(sealed.endpoint)"
    let seen = try ToolRun.of("stats", place, "--tls", "--ca", tls.certificates.authority)
    #expect(seen.ending == .exited(0) && seen.output.contains("curr_items"), "\(seen)")
    let other = try Certificates()
    let refused = try ToolRun.of("stats", place, "--tls", "--ca", other.authority)
    #expect(refused.ending == .exited(69) && refused.errors.contains("certificate verify failed"), "\(refused)")
  }
}
