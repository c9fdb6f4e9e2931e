import ArgumentParser
import Platform

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw the latency curves of several runs into one picture.",
    discussion: "Example: repcached-bench plot --svg both.svg memcached=a.hgrm repcached=b.hgrm")

  @Option(name: .long, help: ArgumentHelp("Where the picture goes; - is standard output.", valueName: "file"))
  var svg = "-"

  @Option(name: .long, help: ArgumentHelp("What stands above it.", valueName: "text"))
  var title = "Latency"

  @Argument(help: ArgumentHelp("What a run wrote with --hgrm, and its name in the picture.", valueName: "name=file"))
  var runs: [String]

  func run() throws {
    let curves = try runs.map { run in
      let parts = run.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("'\(run)': say name=file") }
      do {
        return try LatencyCurve(name: parts[0], hgrm: try FileText.read(parts[1]))
      } catch {
        throw ValidationError("\(parts[1]): \(error)")
      }
    }
    try TextFile.write(LatencyPicture(title: title, curves).svg, to: svg)
  }
}
