import ArgumentParser

struct CopyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy", abstract: "Copy the items of one cache into another.",
    discussion: """
      Values, flags and times to live go over as they are at that moment; what is written at the first meanwhile does not. \
      What is there already stays, but with --overwrite.

      Example: repcached-tool copy old:11211 new-a:11211,new-b:11211 --algorithm ketama --rate 5000
      """)

  @Argument(help: ArgumentHelp("Where from.", valueName: "server"))
  var from: ServerName
  @OptionGroup var target: SinkArguments
  @OptionGroup(title: "How") var how: SinkOptions
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func validate() throws {
    if target.servers.names.contains(from) { throw ValidationError("\(from) is to be copied into itself") }
  }

  func run() throws {
    try telling { () throws(ToolError) in
      var sink = try how.sink(target.servers, access)
      let source = try ItemSource(from, access)
      var progress = Progress("copied items", of: source.keys.count)
      try source.forEachBatch { (items) throws(ToolError) in
        for start in stride(from: 0, to: items.count, by: how.batch) {
          try sink.store(Array(items[start..<min(start + how.batch, items.count)]))
          progress.show(sink.counts.total)
        }
      }
      progress.end()
      tellUnnamed(source.unnamed)
      try report(sink, output, verb: "copied")
    }
  }
}
