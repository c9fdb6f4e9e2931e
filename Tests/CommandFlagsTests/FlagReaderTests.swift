import CommandFlags
import Testing

struct FlagReaderTests {
  private struct Flag: CommandFlag, Sendable {
    var letter: Character?
    var name: String
    var takesValue = false
    var ignoresValue = false
  }

  private static let reader = FlagReader([
    Flag(letter: "v", name: "verbose", ignoresValue: true), Flag(letter: "k", name: "ketama"),
    Flag(letter: "p", name: "port", takesValue: true), Flag(letter: nil, name: "listen", takesValue: true),
    Flag(letter: nil, name: "limit", takesValue: true),
  ])

  private func read(_ arguments: [String]) throws(FlagFault) -> [String] {
    try Self.reader.read(arguments).map { "\($0.flag.name)=\($0.text)" }
  }

  @Test(
    arguments: [
      ([], []), (["-vkp1"], ["verbose=", "ketama=", "port=1"]), (["-p", "-1"], ["port=-1"]),
      (["--port=1", "--port", "2"], ["port=1", "port=2"]), (["--lis", "a=b"], ["listen=a=b"]),
      (["--verbose=3"], ["verbose="]), (["--port="], ["port="]), (["-v", "--"], ["verbose="]),
      (["--listen", "--port"], ["listen=--port"]),
    ] as [([String], [String])])
  func `letters stand together, values behind or beside them, and names may be cut`(
    arguments: [String], given: [String]
  ) throws {
    #expect(try read(arguments) == given)
  }

  @Test(
    arguments: [
      (["-x"], .unknown("-x")), (["--x"], .unknown("--x")), (["-p"], .missingValue("-p")),
      (["--port"], .missingValue("--port")), (["--ketama=1"], .unwantedValue("--ketama")),
      (["--li=1"], .ambiguous("--li", ["--listen", "--limit"])), (["a"], .unexpectedArgument("a")),
      (["--", "a"], .unexpectedArgument("a")), (["-"], .unexpectedArgument("-")), (["--=1"], .unknown("--")),
    ] as [([String], FlagFault)])
  func `what cannot be read is told`(arguments: [String], fault: FlagFault) {
    #expect(throws: fault) { try read(arguments) }
  }
}
