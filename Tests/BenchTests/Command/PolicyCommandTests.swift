import ArgumentParser
import TestSupport
import Testing

@testable import repcached_bench

@Suite("Options of the models")
struct PolicyCommandTests {
  @Test("the first column is the store's, each set of parameters is one more")
  func parameters() throws {
    let command = try PolicyCommand.parse(["--set", "nearStep=3", "--set", "oldStep=1,candidates=8"])
    let parameters = try command.parameters()
    #expect(parameters[0] == PolicyParameters() && parameters.count == 3)
    #expect(parameters[1].nearStep == 3 && parameters[2].oldStep == 1 && parameters[2].candidates == 8)
  }

  @Test("loads are chosen by their names")
  func only() throws {
    let all = try PolicyCommand.parse([]).loads()
    let scans = try PolicyCommand.parse(["--only", "scan"]).loads()
    #expect(all.count > 20 && scans.map(\.name) == ["Zipf 1.0 and scans", "nightly scan"])
  }

  @Test("a trace takes their place, at the sizes told")
  func trace() throws {
    let directory = TemporaryDirectory()
    let file = try directory.write([1, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0], to: "trace")
    let loads = try PolicyCommand.parse(["--trace", file, "--objects", "2,3"]).loads()
    #expect(loads.count == 1 && loads[0].capacities == [2, 3] && loads[0].keyCount == 3)
    #expect(file.hasSuffix(loads[0].name))
  }

  @Test(
    "what cannot be is refused by its name",
    arguments: [
      ["--set", "x"], ["--set", "nearStep=-1"], ["--objects", "5"], ["--objects", "0", "--trace", "/bin/true"],
      ["--objects", "5,", "--trace", "/bin/true"], ["--trace", "/no/such/file"], ["--only", "no such load"],
    ])
  func refused(arguments: [String]) {
    do {
      _ = try PolicyCommand.parse(arguments)
      Issue.record("accepted")
    } catch { #expect(PolicyCommand.message(for: error).contains(arguments[0])) }
  }
}
