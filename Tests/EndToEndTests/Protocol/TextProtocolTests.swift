import Foundation
import TestSupport
import Testing

@Suite("The classic text protocol, over a socket")
struct TextProtocolTests {
  let rig = Rig()

  @Test("Every row of the table is answered byte for byte") func tableWhole() throws {
    let daemon = try rig.daemon()
    for row in Exchange.table {
      let answer = try row.perform(on: daemon) { try $0.send($1) }
      #expect(
        matches(answer, row.expected()),
        "\(row.name): \(answer.debugDescription), not \(row.expected().debugDescription)")
    }
  }

  @Test("and the same when it arrives byte by byte") func tableDripped() throws {
    let daemon = try rig.daemon()
    for row in Exchange.table {
      let answer = try row.perform(on: daemon) { try $0.drip($1) }
      #expect(
        matches(answer, row.expected()),
        "\(row.name): \(answer.debugDescription), not \(row.expected().debugDescription)")
    }
  }

  // Debian's memcached forgets answers to what was pipelined before a key that is too long.
  @Test("and the same when all of it arrives at once, in pieces cut anywhere", .enabled(if: Executable.isRepcached))
  func tablePipelined() throws {
    let client = try rig.daemon().client()
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    let rows = (0..<20).flatMap { _ in Exchange.table.filter { !$0.closes }.shuffled(using: &random) }
    var input = Array(rows.map { Exchange.preparation + $0.input }.joined().utf8)[...]
    input += Array("quit\r\n".utf8)
    while !input.isEmpty {
      let piece = input.prefix(Int.random(in: 1...9_000, using: &random))
      try client.send(Array(piece))
      input = input.dropFirst(piece.count)
    }
    let answer = try client.rest()
    let isRight = matches(answer, rows.map { $0.expected() }.joined())
    #expect(isRight, "seed \(seed), \(firstDifference(answer, rows))")
  }

  /// Which row of many the answers leave the table at.
  private func firstDifference(_ answer: String, _ rows: [Exchange]) -> String {
    var rest = Substring(answer)
    for row in rows {
      let lines = row.expected().split(separator: "\r\n", omittingEmptySubsequences: false).count - 1
      let parts = rest.split(separator: "\r\n", maxSplits: lines, omittingEmptySubsequences: false)
      let own = parts.prefix(lines).map { $0 + "\r\n" }.joined()
      if !matches(own, row.expected()) { return "\(row.name): \(own.debugDescription)" }
      rest = parts.count > lines ? parts[lines] : ""
    }
    return "more at the end: \(rest.prefix(200).debugDescription)"
  }

  @Test("Values of any bytes and of every length around a power of two come back as they were") func valuesOfAnySize()
    throws
  {
    let client = try rig.daemon().client()
    let every = [UInt8](0...255)
    for power in 0...19 {
      for count in [1 << power - 1, 1 << power, 1 << power + 1] {
        let value = Array(repeatElement(every, count: count / 256 + 1).joined().prefix(count))
        #expect(try client.store("set", "a", value) == "STORED")
        #expect(try client.fetch("a")?.value == value, "\(count) bytes")
      }
    }
  }

  @Test("Each mutation gives a new cas, and cas stores only over the one it names") func casUnique() throws {
    let client = try rig.daemon().client()
    var seen: Set<UInt64> = []
    let mutations: [(Client) throws -> String] = [
      { try $0.store("set", "a", "1") }, { try $0.store("replace", "a", "2") }, { try $0.store("append", "a", "3") },
      { try $0.store("prepend", "a", "4") }, { try $0.command("incr a 1") }, { try $0.command("decr a 1") },
    ]
    for mutation in mutations {
      _ = try mutation(client)
      let cas = try #require(try client.fetch("a")).cas
      #expect(cas > 0 && cas <= UInt64(Int64.max), "positive also as a signed number")
      #expect(seen.insert(cas).inserted, "a cas was given twice")
    }
    let cas = try #require(try client.fetch("a")).cas
    #expect(try client.command("cas a 6 0 3 \(cas)\r\nnew") == "STORED")
    #expect(try client.command("cas a 6 0 3 \(cas)\r\nold") == "EXISTS")
    let item = try #require(try client.fetch("a"))
    #expect(item.text == "new" && item.flags == 6 && item.cas != cas)
  }

  @Test(
    "touch and gat leave the cas unique as it is; a cas begun before them succeeds, and one before a change does not")
  func touchedUnique() throws {
    let client = try rig.daemon().client()
    for (key, size) in [("a", 1), ("b", 20), ("c", 21), ("d", 22), ("e", 5_000), ("f", 600_000)] {
      let value = [UInt8](repeating: 120, count: size)
      #expect(try client.store("set", key, value, flags: 7) == "STORED")
      let before = try #require(try client.fetch(key))
      for command in ["touch \(key) 1000", "touch \(key) 0"] { #expect(try client.command(command) == "TOUCHED") }
      #expect(try client.fetch(key) == before)
      try client.send("gats 1000 \(key)\r\n")
      #expect(try client.readItem(key) == before)
      _ = try client.store("append", key, "y")
      #expect(try client.command("cas \(key) 0 0 1 \(before.cas)\r\n2") == "EXISTS")
      let after = try #require(try client.fetch(key))
      #expect(after.cas > before.cas && after.value == value + [121] && after.flags == 7)
      #expect(try client.command("touch \(key) 1000") == "TOUCHED")
      #expect(try client.command("cas \(key) 0 0 1 \(after.cas)\r\n2") == "STORED")
    }
  }

  @Test("Items expire at their time, relative or absolute, and touch and gat move it") func expiry() throws {
    let client = try rig.daemon().client()
    let now = Int(Date().timeIntervalSince1970)
    _ = try client.store("set", "relative", "1", exptime: 2)
    _ = try client.store("set", "absolute", "1", exptime: now + 2)
    _ = try client.store("set", "late", "1", exptime: now + 1_000)
    _ = try client.store("set", "prolonged", "1", exptime: 2)
    _ = try client.store("set", "fetched", "1", exptime: 2)
    _ = try client.store("set", "shortened", "1", exptime: 1_000)
    #expect(try client.command("touch prolonged 1000") == "TOUCHED")
    #expect(try client.command("touch shortened 2") == "TOUCHED")
    #expect(try client.ask("gat 1000 fetched\r\n", until: "END\r\n") == "VALUE fetched 0 1\r\n1\r\nEND\r\n")
    for key in ["relative", "absolute", "shortened"] {
      #expect(try settled(on: nil) { try client.text(of: key) } == nil, "\(key) never expires")
    }
    for key in ["late", "prolonged", "fetched"] { #expect(try client.text(of: key) == "1", "\(key) expired") }
  }

  @Test("flush_all waits for its delay, and a later one takes its place") func delayedFlush() throws {
    let client = try rig.daemon().client()
    _ = try client.store("set", "a", "1")
    #expect(try client.command("flush_all 1000") == "OK")
    #expect(try client.text(of: "a") == "1")
    #expect(try client.command("flush_all 2") == "OK")
    #expect(try settled(on: nil) { try client.text(of: "a") } == nil)
    _ = try client.store("set", "a", "2")
    #expect(try client.command("flush_all 1") == "OK")
    #expect(try client.command("flush_all 1000") == "OK")
    _ = try client.store("set", "clock", "1", exptime: 3)
    #expect(try settled(on: nil) { try client.text(of: "clock") } == nil)
    #expect(try client.text(of: "a") == "2", "a flush that was replaced came all the same")
  }

  @Test("flush_all is refused with -F, and counted") func flushDisabled() throws {
    let client = try rig.daemon("-F").client()
    _ = try client.store("set", "a", "1")
    #expect(try client.command("flush_all") == "CLIENT_ERROR flush_all not allowed")
    #expect(try client.text(of: "a") == "1")
    #expect(try client.statistic("cmd_flush") == "1")
  }

  @Test("shutdown ends the daemon with -A", arguments: ["shutdown\r\n", "shutdown graceful\r\n"])
  func shutdown(command: String) throws {
    let daemon = try rig.daemon("-A")
    let client = try daemon.client()
    try client.send(command)
    #expect(daemon.waitForEnd() == .exited(0))
  }

  @Test("An object too large is swallowed and refused, and the old one under its key is gone") func tooLarge() throws {
    let client = try rig.daemon().client()
    _ = try client.store("set", "a", "old")
    let value = [UInt8](repeating: 120, count: 1 << 21)
    #expect(try client.store("set", "a", value) == "SERVER_ERROR object too large for cache")
    #expect(try client.text(of: "a") == nil)
    _ = try client.store("set", "a", "old")
    try client.send(Array("set a 0 0 \(value.count) noreply\r\n".utf8) + value + [13, 10])
    #expect(try client.command("delete a") == "NOT_FOUND")
    _ = try client.store("set", "a", "old")
    for command in ["add", "replace", "append", "prepend"] {
      #expect(try client.store(command, "a", value) == "SERVER_ERROR object too large for cache")
      #expect(try client.text(of: "a") == "old", "\(command)")
    }
  }

  @Test("-I lets larger ones in") func largerItems() throws {
    let client = try rig.daemon("-I", "8m", "-m", "128").client()
    let value = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(try client.store("set", "a", value) == "STORED")
    #expect(try client.fetch("a")?.value == value)
    #expect(try client.store("set", "a", value + value) == "SERVER_ERROR object too large for cache")
  }

  @Test("With -M a full cache refuses instead of evicting, and the old item under the key is gone") func outOfMemory()
    throws
  {
    let client = try rig.daemon("-M", "-m", "8").client()
    let value = [UInt8](repeating: 120, count: 100_000)
    var stored = 0
    var answer = ""
    repeat {
      answer = try client.store("set", "k\(stored)", value)
      stored += 1
    } while answer == "STORED" && stored < 1_000
    #expect(answer == "SERVER_ERROR out of memory storing object")
    #expect(stored > 40)
    for key in 0..<(stored - 1) {
      #expect(try client.fetch("k\(key)")?.value.count == value.count, "k\(key) was evicted")
    }
    for command in ["add", "replace"] {
      #expect(try client.store(command, "k0", value) == "SERVER_ERROR out of memory storing object")
      #expect(try client.fetch("k0")?.value.count == value.count, "\(command)")
    }
    #expect(try client.store("set", "k0", value) == "SERVER_ERROR out of memory storing object")
    #expect(try client.fetch("k0") == nil)
  }

  @Test("Without -M a full cache evicts, and never refuses") func eviction() throws {
    let client = try rig.daemon("-m", "8").client()
    let value = [UInt8](repeating: 120, count: 10_000)
    for key in 0..<3_000 { #expect(try client.store("set", "k\(key)", value) == "STORED") }
    #expect(try client.fetch("k2999")?.value == value)
    #expect(try client.fetch("k0") == nil)
    #expect(try Int(client.statistic("evictions") ?? "") ?? 0 > 1_000)
  }
}
