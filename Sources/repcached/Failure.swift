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
}
