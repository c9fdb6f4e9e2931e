import ArgumentParser
import CacheServer

/// The program: reads the command line, then does what it says, or ends with one line and a status.
@main
struct Repcached {
  static func main() {
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
      StandardErrorLog.flush()
    } catch {
      StandardErrorLog.write(error.line)
      StandardErrorLog.flush()
      exit(with: error.status)
    }
  }

  private static func run(_ arguments: [String]) throws(Failure) {
    let options = try CommandLineOptions.read(arguments)
    if options.help { return print(Usage.help) }
    if options.version { return print(Usage.version) }
    if options.license { return print(Usage.license) }
    try Launch.serve(options.checkedSettings())
  }

  private static func exit(with status: Failure.Status) -> Never {
    CommandLineOptions.exit(withError: ExitCode(status.rawValue))
  }
}

extension CommandLineOptions {
  /// ArgumentParser's own requests (a completion script) print and end the program here.
  fileprivate static func read(_ arguments: [String]) throws(Failure) -> CommandLineOptions {
    do {
      return try parse(Settings.separated(arguments))
    } catch {
      if exitCode(for: error).isSuccess { exit(withError: error) }
      let message = message(for: error).prefix { !$0.isNewline }
      throw Failure("\(message) (repcached -h lists the flags)", .usage)
    }
  }

  fileprivate func checkedSettings() throws(Failure) -> Settings {
    do {
      return try settings()
    } catch {
      throw Failure(error.description, .usage)
    }
  }
}
