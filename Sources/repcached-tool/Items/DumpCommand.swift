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
        for item in items { try output.write(item.command("add")) }
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
        try lines.write(output.json ? Self.json(line) : line)
      }
      try lines.flush()
    }
  }

  /// A line of JSON: what stands before each equals sign, and behind it.
  private static func json(_ line: [UInt8]) -> [UInt8] {
    let words = line.split { $0 == 32 || $0 == 13 || $0 == 10 }
    let pairs = words.map { word in
      let parts = String(decoding: word, as: UTF8.self).split(separator: "=", maxSplits: 1)
      // It is uri-encoded: no mark and no control character stands there.
      return "\"\(parts[0])\":\"\(parts.count > 1 ? parts[1] : "")\""
    }
    return Array("{\(pairs.joined(separator: ","))}\n".utf8)
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
