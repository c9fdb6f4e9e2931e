import TestSupport
import Testing

// The holes that memcached had, by their numbers, and what its last releases mended without one. Each test does here what
// ended, blocked or opened memcached there, and then asks another client whether all is well. CVE-2026-47783, where the time of
// an answer told who is in the file of passwords, is in LoginUsersTests: what is compared is counted there, and no time measured.

@Suite("Holes that memcached had") struct KnownHolesTests {
  let rig = Rig()

  private func serves(_ daemon: Daemon) throws -> Bool {
    let client = try daemon.client()
    return try client.store("set", "alive", "1") == "STORED" && client.text(of: "alive") == "1" && daemon.isRunning
  }

  /// Sends the bytes, reads until the daemon has no more to say, and asks another client.
  private func survives(_ daemon: Daemon, _ bytes: [UInt8]) throws -> [UInt8] {
    let client = try daemon.client()
    try? client.send(bytes)
    client.endOutput()
    let answer = Array(try client.rest().utf8)
    #expect(try serves(daemon))
    return answer
  }

  private func survives(_ daemon: Daemon, _ text: String) throws -> String {
    String(decoding: try survives(daemon, Array(text.utf8)), as: UTF8.self)
  }

  @Test("CVE-2009-1255: no statistic tells where memory is mapped")
  func mapsInStatistics() throws {
    let daemon = try rig.daemon()
    #expect(try !survives(daemon, "stats maps\r\nstats malloc\r\nstats\r\n").contains("/lib"))
  }

  @Test(
    "CVE-2011-4971, 1.6.42: a body whose length is negative, or overflows with the header, is never waited for or read",
    arguments: [0xffff_ffff, 0xffff_ffe8, 0x8000_0000, 0x7fff_ffff] as [UInt32])
  func negativeBody(count: UInt32) throws {
    let daemon = try rig.daemon()
    for opcode in 0x00...0x24 as ClosedRange<UInt8> {
      _ = try survives(daemon, BinaryFrame(opcode, "key", bodyCount: count).bytes)
    }
  }

  @Test("CVE-2016-8706: no login is half taken: without one to give, each is unknown")
  func logins() throws {
    let daemon = try rig.daemon()
    for opcode in 0x20...0x22 as ClosedRange<UInt8> {
      var frame = BinaryFrame(opcode, "PLAIN", value: Array("\0user\0password".utf8))
      let answers = BinaryAnswer.all(try survives(daemon, frame.bytes)).answers
      #expect(answers.allSatisfy { $0.status == 0x81 || $0.status == 0x20 })
      frame.bodyCount = 4
      _ = try survives(daemon, frame.bytes)
      frame.keyCount = .max
      _ = try survives(daemon, frame.bytes)
    }
  }

  private static let wrongLogin = BinaryFrame(0x21, "PLAIN", value: Array("\0foo\0bad".utf8))

  @Test(
    "CVE-2013-7239: who has failed to log in is nobody, whatever is asked on the same connection",
    .enabled(if: Executable.isRepcached, "Debian's memcached has another -Y"),
    arguments: [
      [wrongLogin], [wrongLogin, wrongLogin], [BinaryFrame(0x21, "PLAIN"), BinaryFrame(0x22, "PLAIN", value: [0, 1])],
    ])
  func failedLogin(frames: [BinaryFrame]) throws {
    let daemon = try LoginRig(rig).daemon(.tcp, ["-S"])
    let insider = try daemon.insider()
    #expect(try insider.store("set", "held", "precious") == "STORED")
    for request in [BinaryFrame.get("held"), .set("held", "changed"), .set("new", "1")] {
      let client = try daemon.client()
      try client.send(frames + [request])
      let (answers, rest) = BinaryAnswer.all(try client.restBytes())
      #expect(answers.count == frames.count + 1 && answers.last?.status == 0x20 && rest == 0, "\(answers)")
      #expect(answers.allSatisfy { [0x20, 0x21].contains($0.status) && $0.text != "precious" }, "\(answers)")
    }
    #expect(try insider.text(of: "held") == "precious" && insider.text(of: "new") == nil)
  }

  @Test(
    "CVE-2016-8704, -8705: a key longer than its body stores nothing, whatever the command",
    arguments: [0x01, 0x02, 0x03, 0x0e, 0x0f, 0x11, 0x12, 0x13, 0x19, 0x1a] as [UInt8])
  func keyBeyondBody(opcode: UInt8) throws {
    let daemon = try rig.daemon()
    for keyCount in [250, 251, 0x8000, 0xffff] as [UInt16] {
      for bodyCount in [0, 7, 8, 9, 250] as [UInt32] {
        let frame = BinaryFrame(
          opcode, String(repeating: "k", count: 300), extras: [UInt8](repeating: 0, count: 8), keyCount: keyCount,
          bodyCount: bodyCount)
        _ = try survives(daemon, frame.bytes)
      }
    }
    #expect(try daemon.client().statistic("curr_items") == "1")
  }

  @Test("CVE-2017-9951: a quiet get and touch reads nothing beyond its frame")
  func quietTouch() throws {
    let daemon = try rig.daemon()
    for opcode in [0x1c, 0x1d, 0x1e, 0x23, 0x24] as [UInt8] {
      for extras in [0, 1, 3, 4, 5, 20, 255] {
        _ = try survives(
          daemon, BinaryFrame(opcode, "key", extras: [UInt8](repeating: 0xff, count: extras)).bytes)
      }
    }
  }

  @Test("CVE-2018-1000115: UDP is off where nobody asked for it")
  func datagrams() throws {
    let port = try FreePorts.next()
    let settings = try rig.daemon(port: port).client().statistics("settings")
    #expect(try DatagramClient(to: port).isRefused("version\r\n"))
    #expect(settings.first { $0.name == "udpport" }?.value == "0")
  }

  @Test("CVE-2018-1000127: items that are read, replaced and evicted at once are never freed twice")
  func readersAndWriters() throws {
    let daemon = try rig.daemon("-m", "4", "-t", "4")
    let value = String(repeating: "v", count: 100_000)
    let endpoint = daemon.endpoint
    let writers = (0..<2).map { _ in
      Background.start {
        let client = try Client(to: endpoint)
        for round in 0..<150 { _ = try client.store("set", "k\(round % 60)", value) }
        return true
      }
    }
    let reader = try daemon.client()
    for round in 0..<150 {
      let text = try reader.text(of: "k\(round % 60)")
      #expect(text == nil || text == value)
    }
    for writer in writers { #expect(try writer.value()) }
    #expect(try serves(daemon))
  }

  @Test("CVE-2020-10931: extras longer than the command has are refused", arguments: 0x00...0x24 as ClosedRange<UInt8>)
  func longExtras(opcode: UInt8) throws {
    let daemon = try rig.daemon()
    for count in [21, 64, 255] {
      _ = try survives(daemon, BinaryFrame(opcode, "k", extras: [UInt8](repeating: 0x41, count: count)).bytes)
    }
  }

  @Test("CVE-2023-46852, 1.6.45: any number of spaces, before, between and behind words")
  func spaces() throws {
    let daemon = try rig.daemon()
    for count in [1, 2, 20, 250, 1_000, 2_047, 2_048, 5_000, 70_000] {
      let spaces = String(repeating: " ", count: count)
      let lines = ["", "get", "get k", "mg k", "mn"].map { "\($0)\(spaces)" }
      for line in lines + ["\(spaces)get k", "get\(spaces)k", "mg\(spaces)k v", "mg k\(spaces)v\(spaces)"] {
        _ = try survives(daemon, line + "\r\n")
      }
    }
  }

  @Test("CVE-2023-46853: a line that ends with a newline alone is the same line")
  func newlines() throws {
    let daemon = try rig.daemon()
    #expect(
      try survives(daemon, "set k 0 0 1\nx\r\nget k\nmg k v\n")
        == "STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\nVA 1\r\nx\r\n")
  }

  @Test("1.6.40 to 1.6.45: flags without their argument, at the very end of what was sent")
  func flagsWithoutArgument() throws {
    let daemon = try rig.daemon()
    for flag in "CDEFIJMNORST" {
      for verb in ["mg k", "md k", "ma k", "ms k 1", "ms k S"] {
        let client = try daemon.client()
        try client.send("\(verb) \(flag)")
        client.endOutput()
        _ = try client.rest()
        _ = try survives(daemon, "\(verb) \(flag)\r\n")
        _ = try survives(daemon, "\(verb) \(flag) \r\n")
      }
    }
  }

  @Test("1.6.41, 1.6.44: empty commands, and a thousand of them")
  func emptyCommands() throws {
    let daemon = try rig.daemon()
    let refusal = "CLIENT_ERROR bad command line format\r\n"
    #expect(try survives(daemon, "\r\n\n\r\n") == String(repeating: refusal, count: 3))
    #expect(try survives(daemon, String(repeating: "\n", count: 1_000)) == String(repeating: refusal, count: 1_000))
  }

  @Test("1.6.43: one item is asked for more often, by clients who do not read, than there are pins to count them")
  func readersOfOneItem() throws {
    let daemon = try rig.daemon("-t", "4")
    let value = String(repeating: "v", count: 200_000)
    let writer = try daemon.client()
    #expect(try writer.store("set", "large", value) == "STORED")
    var clients: [Client] = []
    for _ in 0..<300 {
      let client = try daemon.client()
      try client.send("get large large\r\n")
      clients.append(client)
    }
    #expect(try serves(daemon))
    #expect(try writer.store("set", "large", "new") == "STORED")
    for client in clients {
      let answer = try client.read(until: "END\r\n")
      #expect(
        answer == "END\r\n" || answer.hasPrefix("VALUE large 0 200000\r\n") || answer.hasPrefix("VALUE large 0 3\r\n"))
    }
    #expect(try writer.text(of: "large") == "new")
  }

  @Test("1.6.45: `stats detail` counts no more prefixes than it may, however many there are")
  func endlessPrefixes() throws {
    let daemon = try rig.daemon("-m", "8")
    let client = try daemon.client()
    _ = try client.command("stats detail on")
    let before = daemon.residentBytes
    for block in 0..<200 {
      try client.send((0..<1_000).map { "get p\(block).\($0):k\r\n" }.joined())
      for _ in 0..<1_000 { _ = try client.line() }
    }
    let dump = try client.ask("stats detail dump\r\n", until: "END\r\n")
    #expect(dump.split(separator: "\r\n").count <= 10_001)
    #expect(daemon.residentBytes < before + Executable.memoryFactor * 48 << 20)
  }
}
