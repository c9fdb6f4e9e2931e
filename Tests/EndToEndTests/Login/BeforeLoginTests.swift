import TestSupport
import Testing

/// Every command and opcode, on every way in, from clients that have not logged in: nothing changes, and nothing is told.
@Suite("Before the login", .enabled(if: Executable.isRepcached, "Debian's memcached has another -Y"))
struct BeforeLoginTests {
  let rig = Rig()

  /// All that a client may hear.
  private static let answers: Set = [
    "CLIENT_ERROR unauthenticated", "CLIENT_ERROR auth token too long", "CLIENT_ERROR bad command line termination",
    "CLIENT_ERROR bad authentication token format", "CLIENT_ERROR authentication failure",
  ]

  private static let others = [
    "shutdown\r\n", "shutdown graceful\r\n", "quit\r\n", "version\r\n", "verbosity 2\r\n", "flush_all\r\n",
    "flush_all 0 noreply\r\n",
    "stats\r\n", "stats reset\r\n", "stats settings\r\n", "stats items\r\n", "stats slabs\r\n", "stats sizes\r\n",
    "stats conns\r\n", "stats digest\r\n", "stats replication\r\n", "stats detail on\r\n", "stats detail dump\r\n",
    "stats cachedump 1 10\r\n", "slabs reassign 1 2\r\n", "slabs automove 0\r\n", "cache_memlimit 1024\r\n",
    "lru mode flat\r\n",
    "lru_crawler enable\r\n", "lru_crawler crawl all\r\n", "lru_crawler metadump all\r\n", "lru_crawler mgdump all\r\n",
    "watch fetchers\r\n", "watch\r\n", "replication peer none\r\n", "replication peer 127.0.0.1:1\r\n",
    "refresh_certs\r\n",
    "mn\r\n", "me held\r\n", "mg held v\r\n", "md held\r\n", "ma n\r\n", "ms held 1\r\nx\r\n", "mg aGVsZA== b k v\r\n",
    "get held\r\n", "gets held\r\n", "gat 0 held\r\n", "gats 1 held\r\n", "get held held held\r\nget held\r\nmn\r\n",
    "set held 0 0 1\r\nx\r\n", "set held 0 0 1 noreply\r\nx\r\n", "add a 0 0 1\r\nx\r\n", "replace held 0 0 1\r\nx\r\n",
    "append held 0 0 1\r\nx\r\n", "prepend held 0 0 1\r\nx\r\n", "cas held 0 0 1 1\r\nx\r\n", "delete held\r\n",
    "delete held noreply\r\n", "incr n 1\r\n", "decr n 1\r\n", "touch held 1\r\n", "touch held 1 noreply\r\n",
  ]

  /// What a cache is and has counted, as far as strangers could change it.
  private func state(_ client: Client) throws -> String {
    let names = [
      "curr_items", "total_items", "bytes", "cmd_get", "cmd_set", "cmd_flush", "cmd_touch", "cmd_meta", "get_hits",
      "get_misses", "delete_hits", "delete_misses", "incr_hits", "incr_misses", "decr_misses", "touch_hits",
      "touch_misses",
      "cas_misses", "evictions",
    ]
    let statistics = Dictionary(try client.statistics(), uniquingKeysWith: { $1 })
    let settings = try client.statistics("settings").map { "\($0.name) \($0.value)" }
    let digest = try client.ask("stats digest\r\n", until: "END\r\n")
    return ([digest] + names.map { "\($0) \(statistics[$0] ?? "")" } + settings).joined(separator: "\n")
  }

  private func held(_ daemon: Daemon) throws -> Client {
    let client = try daemon.insider()
    #expect(try client.store("set", "held", "precious") == "STORED" && client.store("set", "n", "5") == "STORED")
    return client
  }

  private static let clientsAtOnce = 400

  /// Says each on a connection of its own, many at once, and hands back what was answered.
  private func say(_ all: [[UInt8]], to daemon: Daemon, _ files: LoginRig, _ transport: LoginRig.Transport) throws
    -> [[UInt8]]
  {
    try stride(from: 0, to: all.count, by: Self.clientsAtOnce).flatMap { start in
      let hearing = try all[start..<min(start + Self.clientsAtOnce, all.count)].map { bytes in
        try files.say(bytes, to: daemon, over: transport)
      }
      return try hearing.map { try $0() }
    }
  }

  @Test(
    "Every command gets one of the login's errors, or nothing", arguments: LoginRig.Transport.allCases, [[], ["-S"]])
  func commands(transport: LoginRig.Transport, options: [String]) throws {
    let files = try LoginRig(rig)
    let daemon = try files.daemon(transport, ["-A", "-D", ":"] + options)
    let client = try held(daemon)
    let before = try state(client)
    let inputs = Self.others + Exchange.table.map(\.input) + Exchange.meta.map(\.input)
    for (input, bytes) in zip(inputs, try say(inputs.map { Array($0.utf8) }, to: daemon, files, transport)) {
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\r\n") {
        #expect(Self.answers.contains(String(line)), "\(input.prefix(100).debugDescription): \(line)")
      }
    }
    #expect(try state(client) == before && daemon.isRunning)
    #expect(try client.text(of: "held") == "precious" && client.text(of: "n") == "5")
  }

  @Test(
    "Every opcode is refused, but those of the login, and the version, where there is a login for frames",
    arguments: LoginRig.Transport.allCases, [[], ["-S"], ["-S", "-B", "binary"], ["-B", "ascii"]])
  func opcodes(transport: LoginRig.Transport, options: [String]) throws {
    let files = try LoginRig(rig)
    let daemon = try files.daemon(transport, ["-A"] + options)
    let client = options.contains("binary") ? nil : try held(daemon)
    let before = try client.map { try state($0) }
    // A handshake costs a hundred times what is tried here: over TLS each opcode is tried in one form.
    let frames =
      transport == .tls
      ? Self.frames.filter { $0.key.isEmpty }
      : Self.frames + BinaryExchange.table.filter(\.isShort).flatMap(\.frames)
    for (frame, bytes) in zip(frames, try say(frames.map(\.bytes), to: daemon, files, transport)) {
      let told = BinaryAnswer.all(bytes)
      let isText = options.contains("ascii") || frame.magic != 0x80
      #expect(isText || told.rest == 0, "\(frame)")
      for answer in told.answers { expectSilence(answer, of: frame, hasLogin: options.contains("-S")) }
      if isText { #expect(!String(decoding: bytes, as: UTF8.self).contains("precious") && told.answers.isEmpty) }
    }
    if let client {
      #expect(try state(client) == before && client.text(of: "held") == "precious")
    }
    #expect(daemon.isRunning)
  }

  private func expectSilence(_ answer: BinaryAnswer, of frame: BinaryFrame, hasLogin: Bool) {
    let tells = ["", "Auth failure.", "Unknown command", "Invalid arguments"]
    if hasLogin, answer.status == 0 {
      #expect(
        answer.opcode == 0x0b && answer.text.first?.isNumber == true || answer.opcode == 0x20 && answer.text == "PLAIN",
        "\(frame): \(answer)")
    } else {
      #expect(answer.status != 0 && tells.contains(answer.text) && answer.key.isEmpty && answer.cas == 0, "\(answer)")
    }
  }

  /// Of each opcode a frame with nothing, with a key, and as its command needs it.
  private static let frames: [BinaryFrame] = (0x00...0xff as ClosedRange<UInt8>).flatMap { opcode -> [BinaryFrame] in
    [
      BinaryFrame(opcode), BinaryFrame(opcode, "held"), BinaryFrame(opcode, "held", value: Array("x".utf8)),
      BinaryFrame(opcode, "held", extras: [UInt8](repeating: 0, count: 4)),
      BinaryFrame(opcode, "held", extras: [UInt8](repeating: 0, count: 8), value: Array("x".utf8)),
      BinaryFrame(opcode, "n", extras: [UInt8](repeating: 0, count: 20)),
    ]
  }
}
