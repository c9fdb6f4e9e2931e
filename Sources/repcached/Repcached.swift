import CacheServer
import Platform

/// The program: reads the command line, then does what it says, or ends with one line and a status.
@main
struct Repcached {
  static func main() {
    Daemon.openStandardStreams()
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
      StandardErrorLog.flush()
    } catch {
      StandardErrorLog.write(error.line)
      if let hint = StartupBanner.hint(after: error, CommandLine.arguments.dropFirst()) { StandardErrorLog.write(hint) }
      StandardErrorLog.flush()
      ProcessIdentity.exit(error.status.rawValue)
    }
  }

  private static func run(_ arguments: [String]) throws(Failure) {
    switch try result(of: arguments) {
    case .tell(.help): print(Usage.help)
    case .tell(.version): print(Usage.version)
    case .tell(.license): print(Usage.license)
    case .serve(let settings) where settings.onlyChecks: try Check.run(settings)
    case .serve(let settings): try Launch.serve(settings, arguments)
    }
  }

  private static func result(of arguments: [String]) throws(Failure) -> CommandLineReader.Result {
    do {
      return try CommandLineReader.read(arguments)
    } catch {
      throw Failure(error.description, .usage)
    }
  }
}
