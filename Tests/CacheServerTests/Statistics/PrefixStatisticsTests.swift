import Testing

@testable import CacheServer

@Suite("stats detail")
struct PrefixStatisticsTests {
  @Test("Keys are counted under what stands before the delimiter, while it is on") func counts() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask("set a:1 0 0 1\r\nx\r\n")
    #expect(client.ask("stats detail dump\r\n") == "END\r\n")
    #expect(client.ask("stats detail on\r\n") == "OK\r\n")
    _ = client.ask("set a:1 0 0 1\r\nx\r\nget a:1 a:2 b:1:2 none\r\ndelete a:1\r\ndelete b:1\r\nset :c 0 0 1\r\nx\r\n")
    #expect(
      client.ask("stats detail dump\r\n") == """
        PREFIX  get 0 hit 0 set 1 del 0\r
        PREFIX a get 2 hit 1 set 1 del 1\r
        PREFIX b get 1 hit 0 set 0 del 1\r
        END\r\n
        """)
    #expect(client.ask("stats detail off\r\n") == "OK\r\n")
    #expect(client.ask("get a:1\r\n") == "END\r\n")
    #expect(client.ask("stats detail dump\r\n").contains("PREFIX a get 2 "))
    #expect(client.ask("stats reset\r\nstats detail dump\r\n") == "RESET\r\nEND\r\n")
  }

  @Test(
    "Its options may be cut short, as memcached takes them: the first that begins so",
    arguments: ["stats detail ", "stats det "])
  func beginnings(command: String) throws {
    let client = try WorkerRig().client()
    let usage = "CLIENT_ERROR usage: stats detail on|off|dump\r\n"
    for (option, isOn) in [("o", "yes"), ("of", "no"), ("on", "yes"), ("off", "no")] {
      #expect(client.ask("\(command)\(option)\r\n") == "OK\r\n")
      #expect(client.values("settings")["detail_enabled"] == isOn, "\(option)")
    }
    for option in ["d", "du", "dump"] { #expect(client.ask("\(command)\(option)\r\n") == "END\r\n", "\(option)") }
    for option in ["", "x", "onn", "f", "dumps", "O"] {
      #expect(client.ask("\(command)\(option)\r\n") == usage, "\(option)")
    }
  }

  @Test("No client can make it hold more than so many prefixes") func bounded() {
    let prefixes = PrefixStatistics(delimiter: UInt8(ascii: "/"), isOn: true)
    for number in 0..<12_000 {
      let key = [UInt8]("\(number)/x".utf8)
      prefixes.count(key.span, .set)
    }
    #expect(prefixes.text.split(separator: "\r\n").count == 10_001)
  }

  @Test("gat and gats count as gets, as in memcached") func touching() throws {
    let client = try WorkerRig { $0.countsPerPrefix = true }.client()
    _ = client.ask("set a:1 0 0 1\r\nx\r\ngat 0 a:1 a:2\r\ngats 0 a:1\r\n")
    #expect(client.ask("stats detail dump\r\n") == "PREFIX a get 3 hit 2 set 1 del 0\r\nEND\r\n")
  }

  @Test("It is on, and off, for what was sent behind the command that says so") func sameInput() throws {
    let client = try WorkerRig().client()
    let counted = "PREFIX z get 1 hit 0 set 0 del 0\r\nEND\r\n"
    #expect(
      client.ask(
        "get z:1\r\nstats detail on\r\nget z:1\r\nstats detail dump\r\nstats detail off\r\nget z:1\r\nstats detail dump\r\n"
      )
        == "END\r\nOK\r\nEND\r\n\(counted)OK\r\nEND\r\n\(counted)")
  }

  @Test("A prefix is told as its bytes are, but for those that would end its line or its word") func bytes() throws {
    let client = try WorkerRig { $0.countsPerPrefix = true }.client()
    var request = [UInt8]("get a\\:1 ".utf8)
    request += [0xff, 0x3a, 0x20, 0xfe, 0x3a] as [UInt8]
    request += "\r\n".utf8
    _ = client.ask(request)
    var expected: [UInt8] = []
    for prefix in [[UInt8]("a\\".utf8), [0xfe], [0xff]] {
      expected += "PREFIX ".utf8
      expected += prefix
      expected += " get 1 hit 0 set 0 del 0\r\n".utf8
    }
    expected += "END\r\n".utf8
    let dump = client.ask([UInt8]("stats detail dump\r\n".utf8))
    #expect(dump == expected)
    let counted = PrefixStatistics(delimiter: UInt8(ascii: ":"), isOn: true)
    let key = Array("a\r\n b\u{1b}:1".utf8)
    counted.count(key.span, .delete)
    #expect(counted.text == "PREFIX a\\x0d\\x0a\\x20b\\x1b get 0 hit 0 set 0 del 1\r\nEND\r\n")
  }
}

extension PrefixStatistics {
  var text: String { String(decoding: dump(), as: UTF8.self) }
}
