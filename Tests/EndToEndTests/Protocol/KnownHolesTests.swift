import TestSupport
import Testing

// The holes that memcached had, by their numbers, and what its last releases mended without one. Each test does here what
// ended, blocked or opened memcached there, expects the answer that 1.6.45 gives, and then asks another client whether all is well.
// Those of the binary protocol are in KnownBinaryHolesTests. CVE-2026-47783, where the time of an answer told who is in the file of
// passwords, is in LoginUsersTests: what is compared is counted there, and no time measured.

@Suite("Holes that memcached had") struct KnownHolesTests {
  let rig = Rig()

  private func serves(_ daemon: Daemon) throws -> Bool {
    let client = try daemon.client()
    return try client.store("set", "alive", "1") == "STORED" && client.text(of: "alive") == "1" && daemon.isRunning
  }

  /// Sends the text, reads until there is no more to come, and asks another client.
  private func survives(_ daemon: Daemon, _ text: String) throws -> String {
    let client = try daemon.client()
    try client.send(text)
    client.endOutput()
    let answer = try client.rest()
    #expect(try serves(daemon))
    return answer
  }

  @Test("CVE-2009-1255: no statistic tells where memory is mapped")
  func mapsInStatistics() throws {
    let daemon = try rig.daemon()
    let answer = try survives(daemon, "stats maps\r\nstats malloc\r\nstats\r\n")
    #expect(answer.contains("STAT pid ") && !answer.contains("/lib") && !answer.contains("r-xp"), "\(answer)")
  }

  @Test("CVE-2018-1000115: UDP is off where nobody asked for it")
  func datagrams() throws {
    let port = try FreePorts.next()
    let settings = try rig.daemon(port: port).client().statistics("settings")
    #expect(try DatagramClient(to: port).isRefused("version\r\n"))
    #expect(settings.first { $0.name == "udpport" }?.value == "0")
  }

  /// Of a key at a time: whoever reads it sees whether a byte of another stands in it.
  private static func value(of key: Int, round: Int) -> String {
    String(repeating: "\(key).\(round);", count: 100_000 / "\(key).\(round);".utf8.count)
  }

  @Test("CVE-2018-1000127: items that are read, replaced and evicted at once are never freed twice, nor read as others")
  func readersAndWriters() throws {
    let daemon = try rig.daemon("-m", "4", "-t", "4")
    let endpoint = daemon.endpoint
    let writers = (0..<2).map { _ in
      Background.start {
        let client = try Client(to: endpoint)
        for round in 0..<150 {
          _ = try client.store("set", "k\(round % 60)", Self.value(of: round % 60, round: round))
        }
        return true
      }
    }
    let reader = try daemon.client()
    var hits = 0
    let deadline = Deadline.within(.seconds(60))
    while try reader.statistic("evictions") == "0" || hits < 50 {
      try #require(!deadline.hasPassed, "\(hits) hits")
      for key in 0..<60 {
        guard let text = try reader.text(of: "k\(key)") else { continue }
        let round = text.prefix { $0 != ";" }.split(separator: ".").last.flatMap { Int($0) }
        #expect(text == Self.value(of: key, round: try #require(round)))
        hits += 1
      }
    }
    for writer in writers { #expect(try writer.value()) }
    #expect(try serves(daemon))
  }

  /// The holes of 2023 were memcached's proxy's: what is asked of the daemon is asked of magent before it, too.
  private func servers() throws -> [Daemon] {
    let daemon = try rig.daemon()
    return Executable.isMemcached ? [daemon] : [daemon, try rig.magent(["-s", "\(daemon.endpoint)"])]
  }

  @Test(
    "CVE-2023-46852, 1.6.45: any number of spaces, before, between and behind words",
    arguments: [1, 2, 20, 250, 1_000, 2_047, 2_048, 5_000, 70_000])
  func spaces(count: Int) throws {
    let spaces = String(repeating: " ", count: count)
    let lines = [
      (spaces, count == 1 ? "CLIENT_ERROR bad command line format" : "ERROR"), ("\(spaces)get k", "ERROR"),
      ("get\(spaces)", "CLIENT_ERROR bad command line format"), ("get k\(spaces)", "END"), ("get\(spaces)k", "END"),
      ("mg k\(spaces)", "EN"), ("mg\(spaces)k v", "EN"), ("mg k\(spaces)v\(spaces)", "EN"), ("mn\(spaces)", "MN"),
    ]
    for server in try servers() {
      for (line, answer) in lines {
        let client = try server.client()
        try? client.send(line + "\r\n")
        client.endOutput()
        // A line that is longer than memcached reads ends the connection, with an answer or with none.
        let told = try? client.rest()
        #expect(count > 5_000 || told == answer + "\r\n", "\(line.prefix(8)): \(told ?? "nothing")")
        #expect(try serves(server))
      }
    }
  }

  @Test("CVE-2023-46853: a line that ends with a newline alone is the same line")
  func newlines() throws {
    for server in try servers() {
      #expect(
        try survives(server, "set k 0 0 1\nx\r\nget k\nmg k v\n")
          == "STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\nVA 1\r\nx\r\n")
    }
  }

  @Test("1.6.40 to 1.6.45: flags without their argument, at the very end of what was sent")
  func flagsWithoutArgument() throws {
    let daemon = try rig.daemon()
    for flag in "CDEFJNRST" {
      for verb in ["mg k", "md k", "ma k", "ms k 1"] {
        let client = try daemon.client()
        try client.send("\(verb) \(flag)")
        client.endOutput()
        #expect(try client.rest() == "")
        for end in ["\r\n", " \r\n", "\n"] {
          let answer = try survives(daemon, "\(verb) \(flag)\(end)")
          #expect(answer.hasPrefix("CLIENT_ERROR "), "\(verb) \(flag): \(answer)")
        }
      }
    }
    for flag in "IMO" { #expect(try survives(daemon, "mg k \(flag)\r\n") == (flag == "O" ? "EN O\r\n" : "EN\r\n")) }
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
    // What was freed too early is another's now.
    for number in 0..<40 {
      #expect(try writer.store("set", "other\(number)", String(repeating: "o", count: 200_000)) == "STORED")
    }
    let old = "VALUE large 0 200000\r\n\(value)\r\n"
    let new = "VALUE large 0 3\r\nnew\r\n"
    var values = 0
    for client in clients {
      let answer = try client.read(until: "END\r\n")
      #expect(
        ["", old, old + old, old + new, new + new, new].contains { answer == $0 + "END\r\n" }, "\(answer.prefix(40))")
      if answer.hasPrefix(old) { values += 1 }
    }
    #expect(values > 0)
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
