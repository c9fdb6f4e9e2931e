import ItemStore
import Platform
import Testing

@testable import CacheServer

/// Turns, answers made elsewhere, and answers that wait for the peer.
@Suite("A worker's loop")
struct CacheSessionTests {
  @Test("stats digest is answered when the maintenance thread has walked, and what follows after it") func digest()
    throws
  {
    let rig = try WorkerRig()
    let client = try rig.client()
    client.send("set a 0 0 1\r\nx\r\nstats digest\r\nversion\r\n")
    client.read()
    #expect(client.takeText() == "STORED\r\n")
    rig.context.digests.answer(rig.store, now: rig.context.moment().seconds)
    client.readAll()
    let lines = client.takeText().split(separator: "\r\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("STAT digest ") && lines[0].utf8.count == 28)
    #expect(lines.suffix(2) == ["END", "\(versionLine)"])
  }

  @Test("While a digest is made over a large index, the maintenance thread's other duties go on") func digestMeanwhile()
    throws
  {
    let rig = try WorkerRig { $0.hashPower = 16 }
    let client = try rig.client()
    client.send("stats digest\r\n")
    client.read()
    var turns = 0
    rig.context.digests.answer(rig.store, now: rig.context.moment().seconds) { turns += 1 }
    #expect(turns > 4)
    client.readAll()
    #expect(client.takeText().hasPrefix("STAT digest "))
  }

  @Test("A client that asks for a digest and goes away is forgotten") func digestForNobody() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    client.send("stats digest\r\n")
    client.close()
    rig.pump()
    rig.context.digests.answer(rig.store, now: rig.context.moment().seconds)
    rig.pump()
    #expect(rig.context.connectionCount == 0)
    #expect(rig.endAndAudit() == [])
  }

  @Test("With repl_ack the answer to a mutation waits for the peer, in order, and others do not") func held() throws {
    let journal = CountingJournal()
    let rig = try WorkerRig(journal: journal) { $0.peering.acknowledgementMilliseconds = 60_000 }
    let client = try rig.client()
    let other = try rig.client()
    journal.begin()
    client.send("get none\r\nset a 0 0 1\r\nx\r\nget a\r\n")
    client.read()
    #expect(client.received == [])
    #expect(other.ask("get a\r\n") == "VALUE a 0 1\r\nx\r\nEND\r\n")
    client.send("version\r\n")
    journal.acknowledge(in: rig)
    client.readAll()
    #expect(client.takeText() == "END\r\nSTORED\r\nVALUE a 0 1\r\nx\r\nEND\r\n\(versionLine)\r\n")
  }

  @Test("With repl_ack a flush waits for the peer too, and one of a time to come") func heldFlush() throws {
    let journal = CountingJournal()
    let rig = try WorkerRig(journal: journal) { $0.peering.acknowledgementMilliseconds = 60_000 }
    let client = try rig.client()
    for request in ["flush_all\r\n", "flush_all 100\r\n"] {
      journal.begin()
      client.send(request)
      client.read()
      #expect(client.received == [])
      journal.acknowledge(in: rig)
      client.readAll()
      #expect(client.takeText() == "OK\r\n")
    }
  }

  @Test("With repl_ack a mutation's answer is not sent before a large value behind it either") func heldBeforeLarge()
    throws
  {
    let journal = CountingJournal()
    let rig = try WorkerRig(journal: journal) { $0.peering.acknowledgementMilliseconds = 60_000 }
    let client = try rig.client()
    let value = String(repeating: "v", count: 40_000)
    _ = client.ask("set large 0 0 40000\r\n\(value)\r\n")
    journal.begin()
    client.send("set a 0 0 1\r\nx\r\nget large\r\n")
    client.readAll()
    #expect(client.take() == [])
    journal.release(in: rig)
    client.readAll()
    #expect(client.takeText() == "STORED\r\nVALUE large 0 40000\r\n\(value)\r\nEND\r\n")
  }

  @Test("-vv logs commands, opened and closed connections; without it nothing is logged") func verbose() throws {
    let rig = try WorkerRig { $0.verbosity = 1 }
    let client = try rig.client()
    _ = client.ask("get quiet\r\nverbosity 2\r\n")
    _ = client.ask("set a 0 0 1\r\nx\r\nget a \u{1b}[2J\\\r\n")
    client.close()
    rig.pump()
    let other = try rig.client()
    _ = other.ask("verbosity 0\r\n")
    _ = other.ask("get quiet\r\n")
    let lines = rig.log.all.map { $0.drop { $0 != " " }.dropFirst() }
    #expect(rig.log.all.allSatisfy { $0.hasPrefix("<") })
    #expect(
      lines == [
        "set a 0 0 1", "get a \\x1b[2J\\x5c", "connection closed.", "new auto-negotiating client connection",
        "verbosity 0",
      ])
  }
}
