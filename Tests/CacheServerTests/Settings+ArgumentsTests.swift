import CacheServer
import Testing

@Suite("The argument list, taken apart")
struct SettingsArgumentsTests {
  @Test(
    "has every cluster of short flags as getopt reads it",
    arguments: [
      (["-m64"], ["-m", "64"]),
      (["-p11211"], ["-p", "11211"]),
      (["-vvv"], ["-v", "-v", "-v"]),
      (["-dm64"], ["-d", "-m", "64"]),
      (["-dm", "64"], ["-d", "-m", "64"]),
      (["-vvp", "-1"], ["-v", "-v", "-p", "-1"]),
      (["-p", "-1"], ["-p", "-1"]),
      (["-l", "-vm64", "-d"], ["-l", "-vm64", "-d"]),
      (["--port", "-vm64"], ["--port", "-vm64"]),
      (["--port=-vm64", "-vd"], ["--port=-vm64", "-v", "-d"]),
      (["-m=64"], ["-m", "=64"]),
      (["-P", ""], ["-P", ""]),
      (["-dp"], ["-d", "-p"]),
      (["--port"], ["--port"]),
      (["--", "-vv"], ["--", "-vv"]),
      (["-", "x", ""], ["-", "x", ""]),
      (["-ä€"], ["-ä", "-€"]),
      ([], []),
    ])
  func clusters(arguments: [String], expected: [String]) {
    #expect(Settings.separated(arguments) == expected)
  }

  @Test("keeps what has been taken apart as it is")
  func idempotent() {
    let once = Settings.separated(["-dvm64", "-l", "-x", "--user", "-u", "--", "-vv"])
    #expect(Settings.separated(once) == once)
  }
}
