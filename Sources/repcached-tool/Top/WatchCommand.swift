import ArgumentParser

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Show what a server tells of what it does, line for line, until it is ended.",
    discussion: """
      Topics are those of the watch command: fetchers, mutations, evictions, connevents, deletions, sysevents, and \
      repcached's replication.
      """)

  @OptionGroup var target: ServerArgument
  @Argument(help: ArgumentHelp("What to watch.", valueName: "topic"))
  var topics: [String] = ["fetchers"]

  @Option(name: .long, help: ArgumentHelp("End after so many lines; 0: never.", valueName: "lines"))
  var count = 0
  @OptionGroup(title: "Access") var access: AccessOptions

  func validate() throws {
    for topic in topics where topic.contains(where: { !$0.isLetter }) || topic.isEmpty {
      throw ValidationError("no topic: \(topic.debugDescription)")
    }
    if count < 0 { throw ValidationError("--count is 0 or more") }
  }

  func run() throws {
    try telling { () throws(ToolError) in
      let server = try ServerConversation(target.server, access)
      try server.send("watch \(topics.joined(separator: " "))\r\n")
      let answer = try server.line()
      guard answer == "OK" else { throw .unavailable("\(target.server) does not let watch: \(answer)") }
      var left = count
      while let line = try server.rawLine(.forEver) {
        var output = StandardOutput()
        try output.write(line: line.filter { $0 != 13 })
        try output.flush()
        left -= 1
        if left == 0 { return }
      }
      throw .unavailable("\(target.server): the connection was closed")
    }
  }
}
