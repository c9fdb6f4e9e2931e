import Platform
import Testing

@testable import ConnectionServer

@Suite("Datagrams of a worker")
struct WorkerThreadDatagramsTests {
  @Test("A flood of them does not keep a connection waiting") func flood() throws {
    let rig = try DatagramRig()
    let connection = try rig.echo.client()
    let peers = try (0..<4).map { _ in try rig.client() }
    for number in 0..<200 { peers[number % 4].send("\(number)\n") }
    connection.offer("hello\n")
    rig.echo.turn(2)
    #expect(connection.answered() == "hello\n")
    #expect(rig.echo.session.executed < 200)
    rig.echo.turn(20)
    #expect(rig.echo.session.executed == 201)
  }

  @Test("Replies of connections that wait for the end of the pass are sent before a datagram is served") func batch()
    throws
  {
    let rig = try DatagramRig()
    let (connection, peer) = (try rig.echo.client(), try rig.client())
    connection.offer("tcp\n")
    peer.send("udp\n")
    rig.echo.turn()
    #expect(connection.answered() == "tcp\n")
    #expect(peer.answers() == ["0/1: udp\n"])
  }

  @Test("So many may wait for their replies; the next is received when one has gone") func waiting() throws {
    let rig = try DatagramRig()
    let peer = try rig.client()
    for _ in 0..<WorkerState.maxWaitingDatagrams {
      peer.send("later\n")
      rig.echo.turn()
    }
    #expect(peer.ask("hello\n") == [])
    rig.echo.session.deferred[0].send("made\n")
    #expect(peer.answers() == ["0/1: made\n", "0/1: hello\n"])
  }

  @Test("What was asked and answered is counted with its frames") func traffic() throws {
    let rig = try DatagramRig()
    let peer = try rig.client()
    _ = peer.ask("hello\n")
    #expect(rig.echo.counters[.bytesRead] == 14 && rig.echo.counters[.bytesWritten] == 14)
    _ = peer.ask("dropped\n", total: 2)
    peer.send(raw: [1, 2, 3])
    _ = peer.answers()
    #expect(rig.echo.counters[.bytesRead] == 30 && rig.echo.counters[.bytesWritten] == 14)
  }

  @Test("Whoever else is to be told of a request is told before its answer is sent") func journal() throws {
    let rig = try DatagramRig()
    _ = try rig.client().ask("hello\n")
    #expect(rig.echo.session.events.contains("will send"))
  }

  @Test("A worker that ends gives back what waiting replies hold, and its sockets") func end() throws {
    let rig = try DatagramRig()
    let peer = try rig.client()
    _ = peer.ask("large:9000\nhold\n")
    _ = peer.ask("later\n")
    rig.echo.end()
    #expect(rig.echo.session.pinnedCount == 0)
    let again = try Socket.bindDatagrams(to: .loopback4(port: rig.port))
    Socket.close(again)
  }

  @Test("The sockets are told of with the connections, and since when nobody has asked anything by them") func listing()
    throws
  {
    let rig = try DatagramRig()
    let start = rig.echo.session.now
    let told = rig.echo.worker.datagramDescriptions(now: start + 5)
    #expect(told.map(\.isDatagram) == [true] && told[0].local == .loopback4(port: rig.port))
    #expect(told[0].idleSeconds == 5)
    rig.echo.session.now += 3
    _ = try rig.client().ask("a\n")
    #expect(rig.echo.worker.datagramDescriptions(now: start + 5).map(\.idleSeconds) == [2])
  }
}
