import ArgumentParser
import Platform
import SystemPackage

struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Store the items of a dump.",
    discussion: "What is there already stays, but with --overwrite. What has expired since is left out.")

  @OptionGroup var target: SinkArguments
  @Argument(help: ArgumentHelp("The dump; - is standard input.", valueName: "file"))
  var file: String
  @OptionGroup(title: "How") var how: SinkOptions
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func run() throws {
    try telling { () throws(ToolError) in
      let descriptor = try open()
      var sink = try how.sink(target.servers, access)
      var reader = DumpReader { () throws(ToolError) in try Self.read(descriptor, file) }
      var progress = Progress("loaded items")
      var batch: [StoredItem] = []
      while let item = try reader.next() {
        batch.append(item)
        if batch.count == how.batch { try flush(&batch, &sink, &progress) }
      }
      try flush(&batch, &sink, &progress)
      progress.end()
      try report(sink, output, verb: "loaded")
    }
  }

  private func flush(_ batch: inout [StoredItem], _ sink: inout ItemSink, _ progress: inout Progress) throws(ToolError)
  {
    try sink.store(batch)
    batch.removeAll(keepingCapacity: true)
    progress.show(sink.counts.total)
  }

  private func open() throws(ToolError) -> FileDescriptor {
    if file == "-" { return .standardInput }
    do {
      return try FileDescriptor.open(FilePath(file), .readOnly)
    } catch {
      throw .usage("\(file): \(error)")
    }
  }

  private static func read(_ descriptor: FileDescriptor, _ name: String) throws(ToolError) -> [UInt8] {
    do throws(Errno) {
      return try FileBytes.next(of: descriptor, atMost: 256 << 10)
    } catch {
      throw .usage("\(name): \(error)")
    }
  }
}

/// Servers that share the keys.
struct SinkArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Where to: a server, or several with commas between, which share the keys.", valueName: "servers"))
  var servers: ServerList
}

struct SinkOptions: ParsableArguments {
  @Flag(name: .long, help: "Replace what is there already.")
  var overwrite = false

  @Option(name: .long, help: ArgumentHelp("Items a second at most.", valueName: "items"))
  var rate: Int?

  @OptionGroup var rule: DistributionOptions

  mutating func validate() throws {
    if let rate, rate < 1 { throw ValidationError("--rate is a number of items a second, 1 or more") }
  }

  /// Of a slow rate no more at once than a tenth of a second may have.
  var batch: Int { min(64, max(1, (rate ?? .max) / 10)) }

  func sink(_ servers: ServerList, _ access: AccessOptions) throws(ToolError) -> ItemSink {
    try ItemSink(servers.names, rule.distribution, access, overwrites: overwrite, rate: rate)
  }
}

/// What came of it, and a status that says whether it was all.
func report(_ sink: ItemSink, _ output: JSONOption, verb: String) throws(ToolError) {
  let counts = sink.counts
  if output.json {
    try StandardOutput.print(json: counts)
  } else {
    let told = [(counts.kept, "were there already"), (counts.expired, "had expired"), (counts.refused, "were refused")]
    let rest = told.filter { $0.0 > 0 }.map { "; \($0.0) \($0.1)" }.joined()
    try StandardOutput.print("\(verb) \(counts.stored) items\(rest)\n")
  }
  if let refusal = sink.refusal { throw .wrong("\(counts.refused) items were refused: \(refusal)") }
}
