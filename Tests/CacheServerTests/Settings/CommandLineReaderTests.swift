import CacheServer
import Testing

@Suite("The command line, read")
struct CommandLineReaderTests {
  private func settings(_ arguments: [String]) throws -> Settings {
    guard case .serve(let settings) = try CommandLineReader.read(arguments) else {
      Issue.record("\(arguments) ask for a text")
      return Settings()
    }
    return settings
  }

  @Test(
    "takes a value behind a space, behind the letter, and behind an equals sign of a long name",
    arguments: [
      ["-m", "128"], ["-m128"], ["--memory-limit", "128"], ["--memory-l=128"], ["--memory-limit=128"], ["-vm128"],
      ["-vvm", "128"],
    ])
  func values(arguments: [String]) throws {
    #expect(try settings(arguments).memoryLimit == 128 << 20)
  }

  @Test(
    "counts -v up to three",
    arguments: [([], 0), (["-v"], 1), (["-vv"], 2), (["-v", "--verbose"], 2), (["--verb=9"], 1), (["-vvvv"], 3)])
  func verbosity(arguments: [String], expected: Int) throws {
    #expect(try settings(arguments).verbosity == expected)
  }

  @Test("takes what follows a flag with a value for that value, whatever it looks like") func unconditional() throws {
    #expect(try settings(["-P", "-d", "-u", "--"]).pidFile == "-d")
    #expect(try settings(["-P", "-d", "-u", "--"]).user == "--")
    #expect(try settings(["--pidfile=a=b"]).pidFile == "a=b")
    #expect(try settings(["-l", "a", "-lb,c"]).addresses.map(\.host) == ["a", "b", "c"])
    #expect(try settings(["-l", "a", "--listen=b,a", "-lb"]).addresses.map(\.host) == ["a", "b"], "twice is once")
  }

  @Test("turns switches")
  func switches() throws {
    let settings = try settings(["-ACFLMdkr", "--disable-dumping"])
    #expect(settings.isShutdownCommandEnabled && !settings.isCASEnabled && !settings.isFlushCommandEnabled)
    #expect(settings.usesLargePages && !settings.evicts && settings.isDaemon && settings.locksMemory)
    #expect(settings.maximizesCore && !settings.isDumpingEnabled)
  }

  @Test(
    "gives a text instead of settings, whatever else is asked for",
    arguments: [
      (["-h"], .help), (["--help"], .help), (["-vvh"], .help), (["-V"], .version), (["-i"], .license),
      (["-Vh", "-p", "x"], .help), (["-m0", "--version"], .version),
    ] as [([String], CommandLineReader.Request)])
  func questions(arguments: [String], request: CommandLineReader.Request) throws {
    #expect(try CommandLineReader.read(arguments) == .tell(request))
  }

  private static let disabling = Flag.all.map(\.name).filter { $0.hasPrefix("disable") }.map { "--\($0)" }
    .joined(separator: " or ")

  @Test(
    "refuses what it does not know in one line",
    arguments: [
      (["-Q"], "-Q is unknown (repcached -h lists the flags)"),
      (["-vQ"], "-Q is unknown (repcached -h lists the flags)"),
      (["-ä"], "-ä is unknown (repcached -h lists the flags)"),
      (["--nonsense=1"], "--nonsense is unknown (repcached -h lists the flags)"),
      (["--repl_wait=1"], "--repl_wait is unknown (repcached -h lists the flags)"),
      (["--disable-f", "--disable"], "--disable may be \(Self.disabling)"),
      (["-p"], "-p needs a value"),
      (["-dp"], "-p needs a value"),
      (["--port"], "--port needs a value"),
      (["--daemon=1"], "--daemon takes no value"),
      (["-m=64"], "-m takes megabytes, not '=64'"),
      (["operand"], "unexpected argument 'operand'"),
      (["-"], "unexpected argument '-'"),
      ([""], "unexpected argument ''"),
      (["--", "-v"], "unexpected argument '-v'"),
      (["a\nb"], "unexpected argument 'a?b'"),
    ])
  func refused(arguments: [String], line: String) {
    let error = #expect(throws: SettingsError.self) { try CommandLineReader.read(arguments) }
    #expect(error?.description == line)
  }
}
