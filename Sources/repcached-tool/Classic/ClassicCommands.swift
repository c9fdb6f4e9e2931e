import ArgumentParser

/// The server that a command looks at.
struct ServerArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("host, host:port, [v6]:port, or the path of a unix socket.", valueName: "server"))
  var server = ServerName.local
}

struct JSONOption: ParsableArguments {
  @Flag(name: .long, help: "Tell it as JSON.")
  var json = false
}

struct DisplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "display", abstract: "Show the slab classes.")

  @OptionGroup var target: ServerArgument
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func run() throws {
    try telling { () throws(ToolError) in
      let server = try ServerConversation(target.server, access)
      let (items, slabs) = (try server.statistics("items"), try server.statistics("slabs"))
      guard output.json else { return try StandardOutput.print(ClassicTable.display(items: items, slabs: slabs)) }
      let classes = ClassicTable.slabClasses(items: items, slabs: slabs)
      try StandardOutput.print(
        json: Dictionary(classes.map { ("\($0.number)", $0.values) }, uniquingKeysWith: { $1 }))
    }
  }
}

struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Show general statistics, or those of a group.")

  @OptionGroup var target: ServerArgument
  @Argument(help: ArgumentHelp("A group of stats: items, slabs, replication, conns ...", valueName: "group"))
  var group = ""
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func run() throws {
    try telling { () throws(ToolError) in try show(group, target, output, access, ClassicTable.stats) }
  }
}

struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "settings", abstract: "Show the settings.")

  @OptionGroup var target: ServerArgument
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func run() throws {
    try telling { () throws(ToolError) in try show("settings", target, output, access, ClassicTable.settings) }
  }
}

struct SizesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sizes", abstract: "Show how many items have which size. The whole cache is looked at.")

  @OptionGroup var target: ServerArgument
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func run() throws {
    try telling { () throws(ToolError) in try show("sizes", target, output, access, ClassicTable.sizes) }
  }
}

private func show(
  _ group: String, _ target: ServerArgument, _ output: JSONOption, _ access: AccessOptions,
  _ table: (ServerName, [ServerConversation.Statistic]) -> String
) throws(ToolError) {
  if group.contains(where: { !$0.isLetter && !$0.isNumber && $0 != " " && $0 != "_" }) {
    throw .usage("no group of stats: \(group.debugDescription)")
  }
  let server = try ServerConversation(target.server, access)
  if output.json { return try StandardOutput.print(json: try server.values(group)) }
  try StandardOutput.print(table(target.server, try server.statistics(group)))
}
