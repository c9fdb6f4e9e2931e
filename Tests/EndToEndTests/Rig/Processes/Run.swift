/// The program run to its end, as a shell would: for command lines that are refused, for -h and -V, and for -d.
struct Run {
  let ending: ChildProcess.Ending?
  let output: String
  let errors: String

  /// What it was told, for a failed expectation to show.
  let arguments: [String]

  init(
    _ arguments: [String], program: String = Executable.path, _ deadline: Deadline = .within(.seconds(15))
  ) throws {
    let child = try ChildProcess([program] + arguments)
    self.arguments = arguments
    ending = child.waitForEnd(deadline)
    (output, errors) = (child.outputText, child.errorText)
  }

  /// As root with the `-u` that root must give.
  static func asUser(_ arguments: [String]) throws -> Run {
    try Run((Executable.runsAsRoot ? ["-u", "root"] : []) + arguments)
  }

  var errorLines: [Substring] { errors.split(separator: "\n", omittingEmptySubsequences: false) }

  /// Refused as the manual says: one line that names what is wrong on standard error, and status 64 or 71.
  var isRefusal: Bool {
    [.exited(64), .exited(71)].contains(ending) && output.isEmpty && errorLines.count == 2 && errorLines[1].isEmpty
      && !errorLines[0].isEmpty
  }
}
