import Platform
import Testing

@testable import ConnectionServer

/// A worker that serves a protocol which is no cache's.
@Suite("A worker that serves what it does not know")
struct WorkerThreadTests {
  @Test("Lines come back in order, whole and in halves, from many clients at once") func echo() throws {
    let rig = try EchoRig()
    let (one, two) = (try rig.client(), try rig.client())
    #expect(one.ask("a\nb\nhal") == "a\nb\n")
    #expect(two.ask("c\n") == "c\n")
    #expect(one.ask("f\n") == "half\n")
    #expect(rig.counters[.bytesRead] == 11 && rig.counters[.bytesWritten] == 11)
    #expect(rig.counters[.connections] == 2)
  }

  @Test("Replies are sent at the end of a pass, when the session has heard of it") func passes() throws {
    let rig = try EchoRig()
    let (one, two) = (try rig.client(), try rig.client())
    one.send("")
    rig.worker.socketReady(0, .readable)
    #expect(rig.session.events.filter { $0 == "will send" }.count == 1, "a turn without a reply")
    one.close()
    two.close()
    rig.turn()
    #expect(rig.session.events.filter { $0 == "closed" }.count == 2)
    #expect(rig.context.connectionCount == 0)
  }

  @Test("Who has had its turn goes on after the others, with nothing more arriving") func turns() throws {
    let rig = try EchoRig(requestsPerTurn: 5)
    let client = try rig.client()
    let text = (0..<42).map { "\($0)\n" }.joined()
    #expect(client.ask(text) == text)
    #expect(rig.counters[.yields] == 8)
  }

  @Test("A reply that is made elsewhere comes in its place, and what was sent behind it is answered then")
  func deferred()
    throws
  {
    let rig = try EchoRig()
    let client = try rig.client()
    #expect(client.ask("a\nlater\nb\n") == "a\n")
    #expect(client.ask("c\n") == "", "nothing is served before the reply that comes first")
    rig.session.deferred[0].send("here\n")
    #expect(client.read() == "here\nb\nc\n")
    rig.session.deferred[0].send("again\n")
    #expect(client.read() == "", "a reply is taken once")
  }

  @Test("A reply that is made for a client who has gone is nobody's") func deferredForNobody() throws {
    let rig = try EchoRig()
    let client = try rig.client()
    client.send("later\n")
    rig.end()
    rig.session.deferred[0].send("late\n")
    #expect(client.read() == "" && client.isAtEnd)
  }

  @Test("A reply that is held waits until the session has the worker go on, and others do not") func held() throws {
    let rig = try EchoRig()
    let (one, two) = (try rig.client(), try rig.client())
    #expect(one.ask("a\nhold\nb\n") == "")
    #expect(two.ask("c\n") == "c\n")
    let place = try #require(rig.session.held.first)
    #expect(rig.worker.holds(place))
    rig.worker.resume(place)
    #expect(one.read() == "a\nheld\nb\n")
    #expect(!rig.worker.holds(place))
  }

  @Test("A segment goes out between the bytes before and behind it, also to who reads slowly") func segments() throws {
    let rig = try EchoRig()
    let client = try rig.client(sendBuffer: 1)
    client.send("a\nlarge\nb\n")
    #expect(rig.session.pinnedCount == 1)
    #expect(client.read() == "a\n" + String(repeating: "x", count: EchoSession.largeCount) + "END\nb\n")
    #expect(rig.session.pinnedCount == 0)
  }

  @Test("Who goes away while a segment is sent leaves none") func gone() throws {
    let rig = try EchoRig()
    let client = try rig.client(sendBuffer: 1)
    client.send("large\n")
    client.close()
    rig.turn()
    #expect(rig.session.pinnedCount == 0 && rig.context.connectionCount == 0)
  }

  @Test("A streamed reply is produced as the client reads") func streamed() throws {
    let rig = try EchoRig()
    let client = try rig.client(sendBuffer: 1)
    client.send("count\nend\n")
    #expect(rig.counters[.bytesWritten] < 100_000, "no more is made than buffers hold")
    let expected = (0..<CountStream.usual).map { "\($0)\n" }.joined() + "end\n"
    #expect(client.read() == expected)
  }

  @Test("What a session notes about a connection stays while that is idle") func phase() throws {
    let rig = try EchoRig()
    let (one, two) = (try rig.client(), try rig.client())
    #expect(one.ask("a\n") == "a\n")
    #expect(one.ask("b\n") == "b\n")
    #expect(two.ask("phase\n") == "1\n")
    #expect(one.ask("phase\n") == "3\n")
    for _ in 0..<9 { _ = one.ask("x\n") }
    #expect(one.ask("phase\n") == "7\n")
  }

  @Test("Listed is what each connection waits for, and since when") func list() throws {
    let rig = try EchoRig()
    let clients = try (0..<3).map { _ in try rig.client(sendBuffer: 1) }
    clients[1].send("large\n")
    clients[2].send("later\n")
    final class Listed: @unchecked Sendable { var all: [ConnectionDescription] = [] }
    let listed = Listed()
    rig.worker.mailbox.post(.list { listed.all = $0 })
    rig.turn()
    #expect(listed.all.map { "\($0.activity)" } == ["reading", "writing", "executing"])
    #expect(listed.all.allSatisfy { $0.idleSeconds == 0 })
  }

  @Test("The session hears of a client that resets its connection, and of none that closes it") func failed() throws {
    let rig = try EchoRig()
    let (one, two) = (try rig.client(), try rig.client())
    #expect(one.ask("a\n") == "a\n")
    one.close()
    rig.turn()
    #expect(rig.context.connectionCount == 1 && !rig.session.events.contains("will close: failed"))
    // To close over what was not read is a reset.
    two.send("b\n")
    two.close()
    rig.turn()
    #expect(rig.context.connectionCount == 0)
    #expect(rig.session.events.filter { $0 == "will close: failed" }.count == 1)
  }

  @Test("A worker that ends answers what it has read, and closes") func ends() throws {
    let rig = try EchoRig(requestsPerTurn: 1)
    let client = try rig.client()
    client.send("")
    #expect(client.ask("quit\n") == "" && client.isAtEnd)
    let other = try rig.client()
    other.send("a\nb\nc\n")
    rig.end()
    #expect(other.read() == "a\nb\nc\n" && other.isAtEnd)
    #expect(rig.context.connectionCount == 0)
  }
}
