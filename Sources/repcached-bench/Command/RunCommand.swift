import ArgumentParser
import Platform
import SystemPackage

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Put a load on a server (the default).",
    discussion: """
      Values are made from their keys, so a wrong one is noticed: whoever reads has to be told the same sizes as who wrote.

      Status: 0 all answers were right; 1 an answer was wrong, or a connection was lost; 64 the options are wrong; \
      69 the server cannot be reached.

      Example: repcached-bench --load --connections 50 --pipeline 16 --mix 90:10 --zipf 1 --seconds 10 --pid 4711
      """)

  @OptionGroup(title: "Server") var target: TargetOptions
  @OptionGroup(title: "Requests") var requests: WorkloadOptions
  @OptionGroup(title: "Load") var drive: DriveOptions
  @OptionGroup(title: "Report") var report: ReportOptions

  func run() throws {
    let plan = drive.plan(try requests.workload(depth: drive.depth))
    let result = try load(plan)
    if !report.quiet && report.json != "-" { print(Table(result, title: title).text) }
    try write(result)
    for complaint in result.complaints { StandardError.write("repcached-bench: \(complaint)") }
    if !result.isRight { throw ExitCode(1) }
  }

  private func write(_ result: LoadResult) throws {
    if let file = report.json { try TextFile.write(JSONReport(result, title: title).text + "\n", to: file) }
    if let file = report.hgrm { try TextFile.write(LatencyCurve.hgrm(result.latencies.all), to: file) }
    if let file = report.svg { try TextFile.write(LatencyPicture(title: title, result.curves).svg, to: file) }
  }

  private func load(_ plan: LoadPlan) throws -> LoadResult {
    let progress = Progress(isSilent: report.quiet)
    do {
      let address = try target.address()
      var load = try LoadRun.connected(plan, to: address, try target.tlsContext())
      let result = try load.run(server: target.pid) { progress.show($0, $1, $2) }
      progress.end()
      return result
    } catch {
      StandardError.write("repcached-bench: \(target.name): \(error)")
      throw ExitCode(69)
    }
  }

  private var title: String { report.title ?? target.name }
}

extension TargetOptions {
  var name: String { unixSocket ?? "\(host):\(port)" }
}
