import CacheServer
import Testing

/// A flag, the text given to it, and what the settings then say.
private struct Accepted: Sendable {
  let flag: Settings.Flag
  let text: String
  let change: @Sendable (inout Settings) -> Void

  init(_ flag: Settings.Flag, _ text: String, _ change: @escaping @Sendable (inout Settings) -> Void) {
    self.flag = flag
    self.text = text
    self.change = change
  }
}

@Suite("The flags of Settings")
struct SettingsFlagTests {
  private static let accepted: [Accepted] = [
    Accepted(.port, "0") { $0.port = 0 },
    Accepted(.port, "65535") { $0.port = 65535 },
    Accepted(.port, "011211") { $0.port = 11211 },
    Accepted(.udpPort, "0") { _ in },
    Accepted(.unixSocket, "/run/a b.sock") { $0.unixSocket = "/run/a b.sock" },
    Accepted(.unixSocketMode, "0770") { $0.unixSocketMode = 0o770 },
    Accepted(.unixSocketMode, "7") { $0.unixSocketMode = 7 },
    Accepted(.listenBacklog, "4096") { $0.listenBacklog = 4096 },
    Accepted(.maxConnections, "20000") { ($0.maxConnections, $0.isConnectionLimitGiven) = (20000, true) },
    Accepted(.threads, "1") { $0.threads = 1 },
    Accepted(.requestsPerEvent, "1") { $0.requestsPerEvent = 1 },
    Accepted(.memoryLimit, "2048") { $0.memoryLimit = 2048 << 20 },
    Accepted(.memoryLimit, "262144") { $0.memoryLimit = 256 << 30 },
    Accepted(.maxItemSize, "512k") { $0.maxItemSize = 512 << 10 },
    Accepted(.maxItemSize, "2m") { $0.maxItemSize = 2 << 20 },
    Accepted(.maxItemSize, "1024M") { $0.maxItemSize = 1 << 30 },
    Accepted(.maxItemSize, "4096") { $0.maxItemSize = 4096 },
    Accepted(.growthFactor, "1.08") { $0.growthFactor = 1.08 },
    Accepted(.growthFactor, "2") { $0.growthFactor = 2 },
    Accepted(.smallestChunk, "96") { $0.smallestChunk = 96 },
    Accepted(.bindingProtocol, "auto") { _ in },
    Accepted(.bindingProtocol, "ascii") { _ in },
    Accepted(.user, "nobody") { $0.user = "nobody" },
    Accepted(.pidFile, "/run/r.pid") { $0.pidFile = "/run/r.pid" },
    Accepted(.peer, "cache-b") { $0.peering.peer = "cache-b" },
    Accepted(.queueRecords, "8192") { $0.peering.queueRecords = 8192 },
    Accepted(.keyPrefixDelimiter, "/") {
      $0.keyPrefixDelimiter = UInt8(ascii: "/")
      $0.countsPerPrefix = true
    },
    Accepted(.peerPorts, "0") {
      $0.peering.listenPort = 0
      $0.peering.connectPort = 0
      $0.peering.isPortGiven = true
    },
    Accepted(.peerPorts, "11112") {
      $0.peering.listenPort = 11112
      $0.peering.connectPort = 11112
      $0.peering.isPortGiven = true
    },
    Accepted(.peerPorts, "11112:11113") {
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
    #expect(settings == expected, "\(accepted.flag.rawValue) \(accepted.text)")
  }

  private static let refused: [(Settings.Flag, [String])] = [
    (.port, ["", "http", "-1", "+1", "1 ", " 1", "0x50", "65536", "1e3", "٣", "99999999999999999999"]),
    (.udpPort, ["1", "11211", "x", ""]),
    (.listen, ["", ",", "[::1", "[::1]x", "[]:1", ":11211", "host:", "host:http", "[::1]:70000"]),
    (.unixSocket, ["", "a\0b"]),
    (.unixSocketMode, ["", "8", "0o7", "1000", "rwx", "-1", "+7"]),
    (.listenBacklog, ["-1", "x", "1000001"]),
    (.maxConnections, ["0", "-5", "10000001", "many"]),
    (.threads, ["0", "257", "x"]),
    (.requestsPerEvent, ["0", "x", "-1"]),
    (.memoryLimit, ["0", "0x", "64m", "-1", "", "262145"]),
    (.maxItemSize, ["", "k", "1x", "1023", "0", "1025m", "9999999999999999m", "-1k", "1kk", "1.5m"]),
    (.growthFactor, ["", "0.5", "1", "1.0", "nan", "inf", "1e1", "-2", "0x1p1", "101", ".", "1.2.3"]),
    (.smallestChunk, ["0", "-1", "65537", "x"]),
    (.keyPrefixDelimiter, ["", "::", " ", "\n", "ä"]),
    (.bindingProtocol, ["", "binary", "foo"]),
    (.user, [""]),
    (.pidFile, [""]),
    (.peer, [""]),
    (.peerPorts, ["", "a:b", ":", "1:", ":1", "1:2:3", "0:1", "1:0", "0:0", "65536", "-1"]),
    (.queueRecords, ["0", "x"]),
    (.options, ["foo", "hashpower", "hashpower=x", "repl_wait=-1", "repl_ack=0", "repl_secret=", "=", "a=b=c"]),
  ]

  @Test("refuse a bad value in one short line that names the flag", arguments: refused)
  func refusesBadValue(flag: Settings.Flag, texts: [String]) {
    for text in texts {
      var settings = Settings()
      let error = #expect(throws: SettingsError.self, "\(flag.rawValue) \(text)") { try settings.set(flag, text) }
      let line = error?.description ?? ""
      #expect(line.hasPrefix(flag.rawValue) && !line.contains(where: \.isNewline) && line.utf8.count < 200, "\(line)")
    }
  }

  @Test("are each refused for some value, so that none is left unread")
  func everyFlagIsRead() {
    #expect(Set(Self.refused.map(\.0)) == Set(Settings.Flag.allCases))
  }

  @Test("count the last of two values, but gather addresses")
  func repeated() throws {
    var settings = Settings()
    for text in ["1", "2"] { try settings.set(.memoryLimit, text) }
    for text in ["a,b:1", "[::1]:2"] { try settings.set(.listen, text) }
    #expect(settings.memoryLimit == 2 << 20)
    #expect(settings.addresses.map(\.host) == ["a", "b", "::1"])
    #expect(settings.addresses.map(\.port) == [nil, 1, 2])
  }
}
