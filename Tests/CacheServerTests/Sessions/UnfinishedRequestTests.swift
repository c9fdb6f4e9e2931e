import Platform
import TestSupport
import Testing

@testable import CacheServer

/// What becomes of a connection between two wake-ups: whatever a client sends and reads, and when, its answers are the
/// same bytes.
@Suite("Connections between wake-ups")
struct UnfinishedRequestTests {
  @Test("Random commands, sent and read in random pieces, are answered without a byte lost or doubled")
  func randomSchedules() throws {
    for _ in 0..<6 {
      let seed = TestSeeds.first
      print("seed \(seed)")
      try Self.run(seed: seed)
    }
  }

  static func run(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let rig = try WorkerRig {
      $0.maxItemSize = 2 << 20
      $0.requestsPerTurn = 1 + random.below(30)
    }
    var sessions: [Session] = []
    for number in 0..<3 {
      let client = try rig.client(sendBuffer: random.below(2) == 0 ? 1 : nil)
      sessions.append(Session(client, prefix: "c\(number)", commands: 120, &random))
    }
    var steps = 0
    while sessions.contains(where: { !$0.isDone }), steps < 200_000 {
      steps += 1
      let number = random.below(sessions.count)
      sessions[number].step(&random)
      for _ in 0..<random.below(3) { rig.turn() }
    }
    for session in sessions {
      #expect(session.isDone, "seed \(seed): stuck")
      #expect(session.client.received == session.expected, "seed \(seed)")
      session.client.close()
    }
    rig.pump()
    #expect(rig.endAndAudit() == [], "seed \(seed)")
  }

  /// A client's commands and the bytes it must be answered with.
  struct Session {
    let client: RigClient
    let input: [UInt8]
    let expected: [UInt8]
    var sent = 0

    init(_ client: RigClient, prefix: String, commands: Int, _ random: inout SeededRandom) {
      self.client = client
      var script = Script(prefix: prefix)
      for _ in 0..<commands { script.add(&random) }
      input = script.input
      expected = script.expected
    }

    var isDone: Bool { sent == input.count && client.received.count >= expected.count }

    mutating func step(_ random: inout SeededRandom) {
      let most = [40, 3_000, 100_000][random.below(3)]
      if random.below(2) == 0 {
        sent += client.offer(input[sent..<min(sent + 1 + random.below(most), input.count)])
      } else {
        client.read(upTo: 1 + random.below(most))
      }
    }
  }

  @Test("Garbage of any kind harms nobody but who sends it") func garbage() throws {
    let seed = TestSeeds.first
    print("seed \(seed)")
    var random = SeededRandom(seed: seed)
    let rig = try WorkerRig { $0.memoryLimit = 8 << 20 }
    let witness = try rig.client()
    for _ in 0..<150 {
      let client = try rig.client(sendBuffer: random.below(3) == 0 ? 1 : nil)
      let input = Self.garbage(pieces: random.below(300), &random)
      var position = 0
      while position < input.count {
        let sent = client.offer(input[position..<min(position + 1 + random.below(5_000), input.count)])
        position += sent
        rig.turn()
        if random.below(2) == 0 { client.read() }
        if sent == 0, random.below(20) == 0 { break }
      }
      if random.below(2) == 0 { Socket.shutdownSending(client.socket) }
      rig.pump()
      #expect(witness.ask("version\r\n") == "\(versionLine)\r\n", "seed \(seed)")
    }
    witness.close()
    rig.pump()
    #expect(rig.endAndAudit() == [], "seed \(seed)")
  }

  /// Words of the protocol in any order, and bytes that are none.
  private static func garbage(pieces: Int, _ random: inout SeededRandom) -> [UInt8] {
    let words = [
      "get ", "gets ", "gat ", "gats ", "set ", "add ", "cas ", "append ", "prepend ", "replace ", "incr ", "decr ",
      "touch ", "delete ", "stats ", "stats items\r\n", "stats slabs\r\n", "stats settings\r\n",
      "stats detail dump\r\n",
      "flush_all ", "verbosity 0\r\n", "version\r\n", "quit ", "shutdown ", "noreply", " 0", " 1", " 5 ", " 100000 ",
      " 2147483645 ", " 4294967295 ", " 18446744073709551615 ", " -1", "k", "key ", "a b c d ", "\r\n", "\r\n", "\r\n",
      "\n",
      "\r", "\0", "HTTP/1.1", "set k 0 0 5\r\nabcde\r\n", "set l 0 0 30000\r\n", "get k l k l\r\n", "incr k 1\r\n",
    ]
    var input: [UInt8] = []
    for _ in 0..<pieces {
      switch random.below(30) {
      case 0: input += random.value(random.below(70_000))
      case 1: input += (0..<random.below(300)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      default: input += Array(words[random.below(words.count)].utf8)
      }
    }
    return input
  }

  @Test("A client whose turn is over goes on after the others, with nothing more arriving") func turns() throws {
    let rig = try WorkerRig { $0.requestsPerTurn = 5 }
    let client = try rig.client()
    let other = try rig.client()
    _ = client.offer([UInt8](String(repeating: "version\r\n", count: 42).utf8)[...])
    _ = other.offer([UInt8]("version\r\n".utf8)[...])
    rig.turn()
    other.read()
    #expect(other.takeText() == "\(versionLine)\r\n")
    client.read()
    #expect(client.received.count <= 5 * "\(versionLine)\r\n".utf8.count)
    client.readAll()
    #expect(client.takeText() == String(repeating: "\(versionLine)\r\n", count: 42))
    #expect(rig.counters[.connectionYields] == 8)
  }

  @Test("A worker that ends answers what it has read") func endAnswers() throws {
    let rig = try WorkerRig { $0.requestsPerTurn = 1 }
    let client = try rig.client()
    _ = client.offer([UInt8](String(repeating: "version\r\n", count: 20).utf8)[...])
    rig.turn()
    rig.end()
    client.readAll()
    #expect(client.takeText() == String(repeating: "\(versionLine)\r\n", count: 20))
    #expect(client.isAtEnd)
  }

  @Test("A worker ends also while clients do not read") func endWhileBlocked() throws {
    let rig = try WorkerRig()
    var clients: [RigClient] = []
    for _ in 0..<10 { clients.append(try rig.client(sendBuffer: 1)) }
    _ = clients[0].ask("set a 0 0 200000\r\n\(String(repeating: "v", count: 200_000))\r\n")
    for client in clients { client.send("get a a a\r\nget a\r\n") }
    #expect(rig.endAndAudit() == [])
    for client in clients {
      while client.read() > 0 {}
      #expect(client.isAtEnd)
    }
  }

  @Test("A blocked client that goes away is noticed") func goneWhileBlocked() throws {
    let rig = try WorkerRig()
    let client = try rig.client(sendBuffer: 1)
    _ = client.ask("set a 0 0 200000\r\n\(String(repeating: "v", count: 200_000))\r\n")
    client.send("get a a a\r\n")
    client.close()
    rig.pump()
    #expect(rig.context.connectionCount == 0)
    #expect(rig.endAndAudit() == [])
  }

  @Test("A client that stays in the middle of a line holds no buffer of the worker's") func halfLine() throws {
    let rig = try WorkerRig()
    var clients: [RigClient] = []
    for _ in 0..<50 {
      clients.append(try rig.client())
      clients[clients.count - 1].send("get hal")
    }
    for client in clients { #expect(client.ask("f\r\n") == "END\r\n") }
  }

  @Test("A long pipeline of gets is answered as a whole") func longPipeline() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask("set a 0 0 1\r\nx\r\n")
    let answer = client.ask([UInt8](String(repeating: "get a\r\n", count: 20_000).utf8))
    #expect(answer.count == 20_000 * "VALUE a 0 1\r\nx\r\nEND\r\n".utf8.count)
  }
}
