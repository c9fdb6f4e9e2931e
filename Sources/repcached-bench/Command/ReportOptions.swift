import ArgumentParser

/// What is told, and where.
struct ReportOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "No progress line and no table.")
  var quiet = false

  @Option(name: .long, help: ArgumentHelp("Write the results as JSON; - is standard output.", valueName: "file"))
  var json: String?

  @Option(name: .long, help: ArgumentHelp("Draw the latency curve as an SVG picture.", valueName: "file"))
  var svg: String?

  @Option(
    name: .long, help: ArgumentHelp("Write the latency distribution as HDR histograms do, in µs.", valueName: "file"))
  var hgrm: String?

  @Option(name: .long, help: ArgumentHelp("Name of the run in the results.", valueName: "text"))
  var title: String?
}
