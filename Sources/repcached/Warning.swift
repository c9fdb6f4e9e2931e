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
