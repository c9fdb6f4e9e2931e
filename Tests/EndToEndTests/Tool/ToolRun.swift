import Foundation

/// `repcached-tool` as it was built beside the tests, run to its end.
enum ToolRun {
  static let program: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("repcached-tool").path
  }()

  static func of(_ arguments: String...) throws -> Run { try Run(arguments, program: program, .within(.seconds(30))) }

  static func json(_ arguments: String...) throws -> Any {
    let run = try Run(arguments + ["--json"], program: program, .within(.seconds(30)))
    return try JSONSerialization.jsonObject(with: Data(run.output.utf8))
  }
}
