import SystemPackage
import Testing

@testable import CacheServer

@Suite("The file of --config")
struct ConfigurationFileTests {
  private func settings(_ text: String, _ arguments: [String] = []) throws -> Settings {
    let result = try CommandLineReader.read(["--config", "/f"] + arguments) { (path) throws(Errno) in
      if path != "/f" { throw .noSuchFileOrDirectory }
      return text
    }
    guard case .serve(var settings) = result else {
      Issue.record("it asks for a text")
      return Settings()
    }
    #expect(settings.configurationFile == "/f")
    settings.configurationFile = nil
    return settings
  }

  @Test("has a flag a line, as Debian's memcached.conf") func debian() throws {
    let settings = try settings(
      """
      # memcached default config file

      -d
      logfile /var/log/memcached.log
      # -v
      -m 64
      -p 11311
      \t-u memcache \t# the user
      -l 127.0.0.1
      -l ::1
      -P /run/memcached.pid
      """ + "\r\n-c 2048\r\n")
    var expected = Settings()
    (expected.isDaemon, expected.memoryLimit) = (true, 64 << 20)
    (expected.port, expected.isPortGiven) = (11311, true)
    (expected.user, expected.pidFile) = ("memcache", "/run/memcached.pid")
    expected.addresses = [Settings.Address(host: "127.0.0.1"), Settings.Address(host: "::1")]
    (expected.maxConnections, expected.isConnectionLimitGiven) = (2048, true)
    expected.notes = ["logfile has no meaning here: the log goes to standard error"]
    #expect(settings == expected)
  }

  @Test(
    "parts words by spaces, and keeps together what stands in quotes",
    arguments: [
      ("-D '#'", ["-D", "#"]), (#"-P "/a b/\"c\"\\d\n""#, ["-P", #"/a b/"c"\d\n"#]), ("-P /a#b", ["-P", "/a#b"]),
      ("-P '/a\"b'c", ["-P", "/a\"bc"]), ("-P''", ["-P"]), ("-P ''", ["-P", ""]), ("\u{FEFF}-M", ["-M"]),
      ("  # -M", []),
      (#"-P a\b"#, ["-P", #"a\b"#]),
    ])
  func words(line: String, words: [String]) throws {
    let lines = ConfigurationFile.lines(line)
    #expect(try (lines.first?.words.get() ?? []) == words)
  }

  @Test("counts less than the command line, of which -l and -v replace those of the file") func precedence() throws {
    let text = "-m 64\n-l 127.0.0.1\n-vv\n-o hashpower=20,repl_wait=5\n-M\n--max-item-size=2m"
    let plain = try settings(text)
    #expect(plain.verbosity == 2 && plain.addresses.map(\.host) == ["127.0.0.1"])
    let both = try settings(text, ["-m", "32", "-l", "10.0.0.1", "-v", "-o", "hashpower=14"])
    #expect(both.memoryLimit == 32 << 20 && both.addresses.map(\.host) == ["10.0.0.1"] && both.verbosity == 1)
    #expect(
      both.hashPower == 14 && both.peering.connectMilliseconds == 5 && !both.evicts && both.maxItemSize == 2 << 20)
  }

  @Test(
    "tells file and line of a mistake",
    arguments: [
      ("-m x", "/f:1: -m takes megabytes, not 'x'"),
      ("\n# c\n-Q", "/f:3: -Q is unknown (repcached -h lists the flags)"),
      ("-m 64\n-p", "/f:2: -p needs a value"), ("-m 64 megabytes", "/f:1: unexpected argument 'megabytes'"),
      ("memory 64", "/f:1: unexpected argument 'memory'"), ("-P \"/a", "/f:1: a quotation mark is not closed"),
      ("--config /g", "/f:1: --config stands on the command line alone"),
      ("-h", "/f:1: -h stands on the command line alone"),
      ("-e /m", "/f:1: -e: items are kept in no file; a peer keeps"),
      ("-o lru_crawler_sleep=x", "/f:1: -o lru_crawler_sleep takes a number, not 'x'"),
      ("-x peer\n-X 0", "-x names a peer, but -X 0 turns replication off"),
    ])
  func mistakes(text: String, line: String) {
    let error = #expect(throws: SettingsError.self) { try settings(text) }
    #expect(error?.description.hasPrefix(line) == true, "\(error?.description ?? "none")")
  }

  @Test("is named by the last --config, and must be there") func missing() {
    let error = #expect(throws: SettingsError.self) { try settings("", ["--config=/g"]) }
    #expect(error?.description == "--config: cannot read /g: No such file or directory")
    let empty = #expect(throws: SettingsError.self) { try CommandLineReader.read(["--config="]) }
    #expect(empty?.description == "--config takes a file's name, not ''")
  }

  @Test("is not read for a question") func question() throws {
    #expect(try CommandLineReader.read(["--config", "/none", "-V"]) == .tell(.version))
  }

  @Test("is no endless one") func endless() {
    #expect(throws: Errno.invalidArgument) { try ConfigurationFile.text("/dev/zero") }
  }
}
