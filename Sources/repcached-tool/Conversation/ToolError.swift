import ArgumentParser

/// Why a command ends without what was wanted: one line for standard error, and a status of sysexits(3).
struct ToolError: Error, Equatable, CustomStringConvertible {
  enum Status: Int32 {
    /// What was looked at is not as it should be.
    case wrong = 1
    /// The command line is wrong.
    case usage = 64
    /// A server does not answer, or says something else than it should.
    case unavailable = 69
    /// Not now; later it may be.
    case notYet = 75
  }

  let description: String
  let status: Status

  /// - Parameter description: a server's words may stand in it, whatever they are.
  init(description: String, status: Status) {
    (self.description, self.status) = (ShownText.of(description), status)
  }

  static func wrong(_ text: String) -> ToolError { ToolError(description: text, status: .wrong) }
  static func usage(_ text: String) -> ToolError { ToolError(description: text, status: .usage) }
  static func unavailable(_ text: String) -> ToolError { ToolError(description: text, status: .unavailable) }
  static func notYet(_ text: String) -> ToolError { ToolError(description: text, status: .notYet) }
}

extension ParsableCommand {
  /// What a command does, and its failure told.
  func telling(_ body: () throws(ToolError) -> Void) throws {
    do {
      try body()
    } catch {
      StandardError.write("repcached-tool: \(error)")
      throw ExitCode(error.status.rawValue)
    }
  }
}
