import Foundation
import Testing

/// The verbs of memcached-tool beside Debian's memcached-tool itself: the same bytes, of repcached and of memcached.
@Suite("repcached-tool beside memcached-tool", .enabled(if: Executable.isRepcached, "the tool is repcached's"))
struct ToolOracleTests {
  private let rig = Rig()
  private static let oracle = "/usr/share/memcached/scripts/memcached-tool"

  private func server(_ isMemcached: Bool) throws -> Endpoint {
    guard isMemcached else { return try filled(try rig.daemon().endpoint) }
    let port = try FreePorts.next()
    try rig.launchOther("memcached", ["-l", "127.0.0.1", "-p", "\(port)"], port: port)
    return try filled(.local(port))
  }

  private func filled(_ endpoint: Endpoint) throws -> Endpoint {
    let client = try Client(to: endpoint)
    for number in 0..<300 {
      _ = try client.store(
        "set", "k\(number)", String(repeating: "v", count: number * 11), flags: UInt32(number),
        exptime: number % 3 * 5000)
    }
    return endpoint
  }

  private func both(_ arguments: [String]) throws -> (own: Run, original: Run) {
    let original = try Run(arguments, program: Self.oracle)
    return (try Run(arguments, program: ToolRun.program), original)
  }

  @Test("display, settings, sizes and keys are the same bytes, on both streams", arguments: [false, true])
  func tables(isMemcached: Bool) throws {
    let place = "\(try server(isMemcached))"
    for arguments in [
      [place], [place, "display"], [place, "settings"], [place, "sizes"], [place, "keys"], [place, "keys", "7"],
    ] {
      // Ages are those of the second.
      let same = try settled(on: true) {
        let (own, original) = try both(arguments)
        return own.output == original.output && own.errors == original.errors && own.ending == .exited(0)
      }
      let last = try both(arguments)
      #expect(same, "\(arguments): \(last)")
    }
  }

  @Test("stats are the same bytes, but for numbers that move", arguments: [false, true]) func stats(isMemcached: Bool)
    throws
  {
    let (own, original) = try both(["\(try server(isMemcached))", "stats"])
    // As one character a carriage return and a newline would part no lines.
    let lines = { (run: Run) in run.output.utf8.split(separator: 10).map { String(decoding: $0, as: UTF8.self) } }
    #expect(lines(own).count == lines(original).count && lines(own).count > 50)
    let moving = /(time|rusage|bytes|cmd_|get_|conn|total_|crawler|hold|log_|threads|reclaim|slab|juggles|read_buf)/
    for (line, expected) in zip(lines(own), lines(original)) where line != expected {
      // Which of memcached's move is its own matter.
      #expect(isMemcached || line.firstMatch(of: moving) != nil, "\(line) \(expected)")
      #expect(line.prefix(29) == expected.prefix(29), "\(line) \(expected)")
      #expect(line.hasSuffix("\r") && line.utf8.count >= 44)
    }
  }

  @Test("A dump has the same items, in another order", arguments: [false, true]) func dump(isMemcached: Bool) throws {
    let (own, original) = try both(["\(try server(isMemcached))", "dump"])
    let items = { (run: Run) in
      run.output.components(separatedBy: "\r\nadd ").map { $0.replacing("add ", with: "") }.sorted()
    }
    let trimmed = { (run: Run) in items(run).map { $0.trimmingCharacters(in: .newlines) }.sorted() }
    #expect(trimmed(own) == trimmed(original) && trimmed(own).count == 300)
    #expect(own.errors == original.errors)
  }

  @Test("Through a unix socket, too") func unix() throws {
    let path = try rig.folder().file("socket")
    _ = try rig.launch(exactly: ["-s", path, "-X", "0", "-v"], endpoint: .unix(path: path))
    _ = eventually { (try? Client(to: .unix(path: path))) != nil }
    let (own, original) = try both([path, "settings"])
    #expect(own.output == original.output && own.output.contains(path))
  }
}
