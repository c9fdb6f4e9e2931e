import ArgumentParser
import Platform

/// The program. It takes memcached-tool's form, too: the server first, then the verb.
@main
struct RepcachedTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repcached-tool",
    abstract: "Look at memcached-compatible servers and at pairs of repcached, and move what they hold.",
    discussion: """
      Servers are host, host:port, [v6]:port, or the path of a unix socket; without a port it is 11211.
      memcached-tool's form is taken as well: repcached-tool HOST:PORT [display|stats|settings|sizes|dump|keys] [limit].

      Status: 0 done, and what was looked at is well; 1 it is not; 64 the command line is wrong; 69 a server does not \
      answer; 75 not now (restart).
      """,
    version: "repcached-tool \(ToolVersion.text)",
    subcommands: [
      DisplayCommand.self, StatsCommand.self, SettingsCommand.self, SizesCommand.self, DumpCommand.self,
      KeysCommand.self, PairCommand.self, TopCommand.self, WatchCommand.self, CheckCommand.self, FindCommand.self,
      CopyCommand.self, LoadCommand.self, RestartCommand.self,
    ])

  static func main() {
    // OpenSSL writes by write(2).
    SignalDisposition.ignore(ProcessSignal.brokenPipe)
    main(ClassicForm.reordered(Array(CommandLine.arguments.dropFirst())))
  }
}

/// The version of the programs, which are released together.
enum ToolVersion {
  static let text = "3.0.0-alpha1"
}
