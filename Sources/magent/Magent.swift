import CacheProxy
import Platform

/// The program: reads the command line, then does what it says, or ends with one line and a status.
@main
struct Magent {
  static func main() {
    Daemon.openStandardStreams()
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
      Log.flush()
    } catch {
      Log.write("magent: \(error.message)")
      Log.flush()
      ProcessIdentity.exit(error.status)
    }
  }

  private static func run(_ arguments: [String]) throws(Failure) {
    let result: ProxyCommandLine.Result
    do throws(ProxySettingsError) {
      result = try ProxyCommandLine.read(arguments)
    } catch {
      throw Failure(error.description, Failure.usage)
    }
    switch result {
    case .tell(.help): print("magent \(ProxySettings.version)\n\(ProxyFlag.help)")
    case .tell(.version): print("magent \(ProxySettings.version)")
    case .serve(let settings): try Launch.serve(settings, arguments)
    }
  }
}

/// Why the program ends without serving: one line for standard error, and a status of sysexits(3).
struct Failure: Error {
  /// The command line is wrong.
  static let usage: Int32 = 64
  /// The system refuses: a port in use, an unknown host or user, a limit.
  static let system: Int32 = 71

  let message: String
  let status: Int32

  init(_ message: String, _ status: Int32 = Failure.system) { (self.message, self.status) = (message, status) }
}

/// Log lines as they are, on standard error. Nobody waits for whoever reads them.
enum Log {
  private static let writer = LogWriter(to: .standardError)

  static func write(_ line: String) { writer.write(line) }

  /// From now on lines go out; before, they wait. Not before the fork: it takes a thread.
  static func begin() { writer.begin() }
  static func flush() { writer.flush(within: .seconds(1)) }
}
