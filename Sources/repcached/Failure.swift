import Platform

/// Why the program ends without serving: one line for standard error, and a status of sysexits(3).
struct Failure: Error {
  enum Status: Int32 {
    /// The command line is wrong.
    case usage = 64
    /// The system refuses: a port in use, an unknown host or user, a limit.
    case system = 71
  }

  let message: String
  let status: Status

  init(_ message: String, _ status: Status) {
    self.message = message
    self.status = status
  }

  static let rootWithoutUser = Failure("can't run as root without the -u switch", .usage)

  var line: String { "repcached: \(message)" }
}

extension Failure {
  /// What the system refuses to `body`, told as `what` and the error's own words.
  static func system<Result: ~Copyable, Reason: Error>(
    _ what: String? = nil, _ body: () throws(Reason) -> Result
  ) throws(Failure) -> Result {
    do {
      return try body()
    } catch {
      throw Failure(what.map { "\($0): \(error)" } ?? "\(error)", .system)
    }
  }
}

extension Failure {
  /// What the variables of the process say, and cannot mean.
  static func ofEnvironment<Result: ~Copyable>(
    _ body: () throws(InheritanceError) -> Result
  ) throws(Failure) -> Result {
    do {
      return try body()
    } catch {
      throw Failure(error.description, .usage)
    }
  }
}

/// What is not as it was asked for, and is no reason not to serve: one line on standard error.
enum Warning {
  static func say(_ message: String) { StandardErrorLog.write("repcached: warning: \(message)") }

  /// What `body` returns, or nil and a line of why: `what` and the error's own words.
  static func ifFails<Result, Reason: Error>(_ what: String, _ body: () throws(Reason) -> Result) -> Result? {
    do {
      return try body()
    } catch {
      say("\(what): \(error)")
      return nil
    }
  }
}
