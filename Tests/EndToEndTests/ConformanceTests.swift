import Foundation
import Testing

/// libmemcached's own conformance test, from Debian's libmemcached-tools.
@Suite("memccapable")
struct ConformanceTests {
  let rig = Rig()

  static let tool = "/usr/bin/memccapable"
  /// Where the tests are the gate a missing tool fails them; on a developer's machine it is only told.
  static let isWanted = FileManager.default.fileExists(atPath: tool) || Executable.isContinuousIntegration

  @Test(
    "memccapable -a passes 27 of 27", .enabled(if: isWanted, "memccapable is missing: apt install libmemcached-tools"))
  func ascii() throws {
    let daemon = try rig.daemon()
    guard case .tcp(let host, let port) = daemon.endpoint else { return }
    let tool = try ChildProcess([Self.tool, "-a", "-h", host, "-p", "\(port)"])
    let ending = tool.waitForEnd(.within(.seconds(120)))
    let text = tool.outputText + tool.errorText
    #expect(ending == .exited(0), "\(text)")
    #expect(text.components(separatedBy: "[pass]").count == 28, "\(text)")
    #expect(!text.contains("[FAIL]"), "\(text)")
  }
}
