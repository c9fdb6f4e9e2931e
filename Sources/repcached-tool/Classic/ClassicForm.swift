/// memcached-tool's command line, `HOST:PORT [verb] [limit]`, as this program's own: the verb first.
enum ClassicForm {
  static let verbs: Set<String> = ["display", "stats", "settings", "sizes", "dump", "keys"]

  /// As it was where the first word is a verb of this program, or a flag.
  static func reordered(_ arguments: [String], commands: Set<String> = ownCommands) -> [String] {
    guard let first = arguments.first, !first.hasPrefix("-"), !commands.contains(first) else { return arguments }
    let verb = arguments.count > 1 ? arguments[1] : "display"
    guard verbs.contains(verb), ServerName(first) != nil else { return arguments }
    return [verb, first] + arguments.dropFirst(2)
  }

  private static let ownCommands = Set(
    RepcachedTool.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"])
}
