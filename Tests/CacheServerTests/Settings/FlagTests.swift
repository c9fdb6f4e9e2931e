import Testing

@testable import CacheServer

/// A flag, the text given to it, and what the settings then say.
private struct Accepted: Sendable {
  let flag: String
  let text: String
  let change: @Sendable (inout Settings) -> Void

  init(_ flag: String, _ text: String, _ change: @escaping @Sendable (inout Settings) -> Void) {
    self.flag = flag
    self.text = text
    self.change = change
  }
}

@Suite("Flags")
struct FlagTests {
  private static let accepted: [Accepted] = [
    Accepted("-p", "0") { ($0.port, $0.isPortGiven) = (0, true) },
    Accepted("-p", "65535") { ($0.port, $0.isPortGiven) = (65535, true) },
    Accepted("-p", "011211") { ($0.port, $0.isPortGiven) = (11211, true) },
    Accepted("-p", "-1") { ($0.port, $0.isPortGiven) = (.any, true) },
    Accepted("-U", "0") { _ in },
    Accepted("-U", "11311") { $0.udpPort = 11311 },
    Accepted("-U", "-1") { $0.udpPort = .any },
    Accepted("-o", "udp_reply_limit=64") { $0.udpReplyLimit = 64 },
    Accepted("-s", "/run/a b.sock") { $0.unixSocket = "/run/a b.sock" },
    Accepted("-a", "0770") { $0.unixSocketMode = 0o770 },
    Accepted("-a", "7") { $0.unixSocketMode = 7 },
    Accepted("-b", "4096") { $0.listenBacklog = 4096 },
    Accepted("-c", "20000") { ($0.maxConnections, $0.isConnectionLimitGiven) = (20000, true) },
    Accepted("-t", "1") { $0.threads = 1 },
    Accepted("-R", "1") { $0.requestsPerTurn = 1 },
    Accepted("-m", "2048") { $0.memoryLimit = 2048 << 20 },
    Accepted("-m", "262144") { $0.memoryLimit = 256 << 30 },
    Accepted("-I", "512k") { $0.maxItemSize = 512 << 10 },
    Accepted("-I", "2m") { $0.maxItemSize = 2 << 20 },
    Accepted("-I", "1024M") { $0.maxItemSize = 1 << 30 },
    Accepted("-I", "4096") { $0.maxItemSize = 4096 },
    Accepted("-f", "1.08") { $0.growthFactor = 1.08 },
    Accepted("-f", "2") { $0.growthFactor = 2 },
    Accepted("-n", "96") { $0.minChunkSize = 96 },
    Accepted("-B", "auto") { _ in },
    Accepted("-B", "ascii") { $0.bindingProtocol = .ascii },
    Accepted("-B", "binary") { $0.bindingProtocol = .binary },
    Accepted("-u", "nobody") { $0.user = "nobody" },
    Accepted("-P", "/run/r.pid") { $0.pidFile = "/run/r.pid" },
    Accepted("-x", "cache-b") { $0.peering.peer = "cache-b" },
    Accepted("-q", "8192") { $0.peering.queueRecords = 8192 },
    Accepted("-D", "/") {
      $0.keyPrefixDelimiter = UInt8(ascii: "/")
      $0.countsPerPrefix = true
    },
    Accepted("-X", "0") {
      $0.peering.listenPort = 0
      $0.peering.connectPort = 0
      $0.peering.isPortGiven = true
    },
    Accepted("-X", "11112") {
      $0.peering.listenPort = 11112
      $0.peering.connectPort = 11112
      $0.peering.isPortGiven = true
    },
    Accepted("-X", "11112:11113") {
      $0.peering.listenPort = 11112
      $0.peering.connectPort = 11113
      $0.peering.isPortGiven = true
    },
  ]

  @Test("take a good value, and change nothing else", arguments: accepted.indices)
  func takesGoodValue(row: Int) throws {
    let accepted = Self.accepted[row]
    var settings = Settings()
    try settings.set(accepted.flag, accepted.text)
    var expected = Settings()
    accepted.change(&expected)
    #expect(settings == expected, "\(accepted.flag) \(accepted.text)")
  }

  private static let refused: [(String, [String])] = [
    ("-p", ["", "http", "-2", "+1", "1 ", " 1", "0x50", "65536", "1e3", "٣", "99999999999999999999"]),
    ("-U", ["-2", "65536", "x", ""]),
    ("-l", ["", ",", "[::1", "[::1]x", "[]:1", ":11211", "host:", "host:http", "[::1]:70000"]),
    ("-s", ["", "a\0b"]),
    ("-a", ["", "8", "0o7", "1000", "rwx", "-1", "+7"]),
    ("-b", ["-1", "x", "1000001"]),
    ("-c", ["0", "-5", "10000001", "many"]),
    ("-t", ["0", "257", "x"]),
    ("-R", ["0", "x", "-1"]),
    ("-m", ["0", "0x", "64m", "-1", "", "262145"]),
    ("-I", ["", "k", "1x", "1023", "0", "1025m", "9999999999999999m", "-1k", "1kk", "1.5m"]),
    ("-f", ["", "0.5", "1", "1.0", "nan", "inf", "1e1", "-2", "0x1p1", "101", ".", "1.2.3"]),
    ("-n", ["0", "-1", "65537", "x"]),
    ("-D", ["", "::", " ", "\n", "ä"]),
    ("-B", ["", "Binary", "foo", "negotiating"]),
    ("-u", [""]),
    ("-P", [""]),
    ("-Y", [""]),
    ("--config", [""]),
    ("-x", ["", "cache-b:11211", "cache b", "/tmp"]),
    ("-X", ["", "a:b", ":", "1:", ":1", "1:2:3", "0:1", "1:0", "0:0", "65536", "-1"]),
    ("-q", ["0", "x"]),
    (
      "-o",
      [
        "foo", "hashpower", "hashpower=x", "repl_wait=-1", "repl_ack=0", "repl_secret=", "udp_reply_limit=0",
        "udp_reply_limit=65", "=", "a=b=c",
      ]
    ),
  ]

  @Test("refuse a bad value in one short line that names the flag", arguments: refused)
  func refusesBadValue(flag: String, texts: [String]) {
    for text in texts {
      var settings = Settings()
      let error = #expect(throws: SettingsError.self, "\(flag) \(text)") { try settings.set(flag, text) }
      let line = error?.description ?? ""
      #expect(line.hasPrefix(flag) && !line.contains(where: \.isNewline) && line.utf8.count < 200, "\(line)")
    }
  }

  @Test("are each refused for some value, so that none is left unread")
  func everyFlagIsRead() {
    #expect(Set(Self.refused.map(\.0)) == Set(Flag.all.filter { $0.argument != nil && !$0.isOption }.map(\.called)))
  }

  @Test("count the last of two values, but gather addresses")
  func repeated() throws {
    var settings = Settings()
    for text in ["1", "2"] { try settings.set("-m", text) }
    for text in ["a,b:1", "[::1]:2"] { try settings.set("-l", text) }
    #expect(settings.memoryLimit == 2 << 20)
    #expect(settings.addresses.map(\.host) == ["a", "b", "::1"])
    #expect(settings.addresses.map(\.port) == [nil, 1, 2])
  }
}
