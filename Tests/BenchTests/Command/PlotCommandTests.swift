import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import repcached_bench

@Suite("Drawing several runs")
struct PlotCommandTests {
  @Test("each run is a curve under its own name")
  func curves() throws {
    let directory = TemporaryDirectory()
    let hgrm = try directory.write(
      "Value Percentile TotalCount 1/(1-Percentile)\n\n100.0 0.5 1 2.0\n300.0 1.0 2\n", to: "hgrm")
    let svg = try directory.write("what stood there before, and was longer", to: "svg")
    try PlotCommand.parse(["--svg", svg, "--title", "both", "one=\(hgrm)", "two=\(hgrm)"]).run()
    let picture = try String(contentsOfFile: svg, encoding: .utf8)
    #expect(picture.hasPrefix("<svg ") && picture.hasSuffix("</svg>\n"))
    #expect(picture.contains(">one<") && picture.contains(">two<") && picture.contains(">both<"))
  }

  @Test("a run without a name or a file is refused", arguments: ["curve", "x=/nobody/here"])
  func refused(run: String) throws {
    let command = try PlotCommand.parse([run])
    #expect(throws: ValidationError.self) { try command.run() }
  }
}
