import Foundation
import Testing

/// libmemcached's own conformance test, from Debian's libmemcached-tools.
@Suite("memccapable")
struct ConformanceTests {
  let rig = Rig()

  static let tool = "/usr/bin/memccapable"
  /// Where the tests are the gate a missing tool fails them; on a developer's machine it is only told.
  static let isWanted = FileManager.default.fileExists(atPath: tool) || Executable.isContinuousIntegration

  /// What it wants of `delete key 0` and the like has changed: memcached 1.6.45 ignores words behind the key, and fails
  /// the same two.
  static let refusedByMemcachedToo = ["ascii delete ", "ascii delete noreply "]

  @Test(
    "memccapable -a passes all that memcached 1.6.45 passes",
    .enabled(if: isWanted, "memccapable is missing: apt install libmemcached-tools"))
  func ascii() throws {
    let (ending, text) = try run("-a")
    #expect(ending == .exited(1), "\(text)")
    #expect(text.components(separatedBy: "[pass]").count == 26, "\(text)")
    #expect(text.contains("2 of 27 tests failed"), "\(text)")
    for name in Self.refusedByMemcachedToo {
      #expect(text.contains(name) && !text.contains(name + "[pass]"), "\(text)")
    }
  }

  @Test("memccapable -b passes", .enabled(if: isWanted, "memccapable is missing: apt install libmemcached-tools"))
  func binary() throws {
    let (ending, text) = try run("-b")
    #expect(ending == .exited(0) && text.contains("All tests passed"), "\(text)")
  }

  private func run(_ protocolFlag: String) throws -> (ending: ChildProcess.Ending?, text: String) {
    let daemon = try rig.daemon()
    guard case .tcp(let host, let port) = daemon.endpoint else { throw RigError("it listens on no port") }
    let tool = try ChildProcess([Self.tool, protocolFlag, "-h", host, "-p", "\(port)"])
    let ending = tool.waitForEnd(.within(.seconds(120)))
    return (ending, tool.outputText + tool.errorText)
  }
}
