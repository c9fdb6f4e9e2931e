import ArgumentParser

/// The program.
@main
struct RepcachedBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repcached-bench",
    abstract: "Put a load on a memcached-compatible server, check every answer, and tell how fast it was.",
    version: "3.0.0-alpha1",
    subcommands: [RunCommand.self, ReplayCommand.self, PolicyCommand.self, PlotCommand.self],
    defaultSubcommand: RunCommand.self)
}
