import ArgumentParser

struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Write keys and values to standard output, as commands that store them.",
    discussion:
      "Each item is an add line and its data, in memcached-tool's form; repcached-tool load stores them again.")

  @OptionGroup var target: ServerArgument
  @Argument(help: ArgumentHelp("At most so many keys.", valueName: "limit"))
  var limit: Int?
  @OptionGroup(title: "Access") var access: AccessOptions

  func validate() throws { try checkLimit(limit) }

  func run() throws {
    try telling { () throws(ToolError) in
      announce("contents", limit)
      let source = try ItemSource(target.server, access, limit: limit)
      var output = StandardOutput()
      var progress = Progress("dumped items", of: source.keys.count)
      var count = 0
      try source.forEachBatch { (items) throws(ToolError) in
        for item in items { try output.write(line: item.command("add")) }
        count += items.count
        progress.show(count)
      }
      try output.flush()
      progress.end()
      tellUnnamed(source.unnamed)
    }
  }
}

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "List the keys, with what the server knows of each.")

  @OptionGroup var target: ServerArgument
  @Argument(help: ArgumentHelp("At most so many keys.", valueName: "limit"))
  var limit: Int?
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func validate() throws { try checkLimit(limit) }

  func run() throws {
    try telling { () throws(ToolError) in
      if !output.json { announce("keys", limit) }
      var lines = StandardOutput()
      try ItemSource.list(try ServerConversation(target.server, access), limit) { (line) throws(ToolError) in
        if ListedKey(line) == nil { return }
        if output.json { try lines.write(ListedKey.json(line)) } else { try lines.write(line: line) }
      }
      try lines.flush()
    }
  }
}

/// In memcached-tool's words, which say the limit where there is one.
private func announce(_ what: String, _ limit: Int?) {
  StandardError.write("Dumping memcache \(what)" + (limit.map { " (limiting to \($0) keys)" } ?? ""))
}

private func checkLimit(_ limit: Int?) throws {
  if let limit, limit < 1 { throw ValidationError("the limit is a number above 0") }
}

func tellUnnamed(_ count: Int) {
  if count > 0 { StandardError.write("repcached-tool: \(count) keys have spaces or control bytes, and were left out") }
}
