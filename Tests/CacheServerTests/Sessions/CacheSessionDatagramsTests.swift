import ConnectionServer
import Platform
import SystemPackage
import Testing

@testable import CacheServer

/// The cache over datagrams, one worker turned by the test.
@Suite("The cache over datagrams")
struct CacheSessionDatagramsTests {
  /// A port of the worker, and a client's socket. What comes back are the bodies of the datagrams.
  private final class Port {
    private let rig: WorkerRig
    private let (near, address): (FileDescriptor, SocketAddress)

    init(_ rig: WorkerRig) throws {
      self.rig = rig
      let far = try Socket.bindDatagrams(to: .loopback4(port: 0))
      address = try Socket.localAddress(far)
      near = try Socket.bindDatagrams(to: .loopback4(port: 0))
      rig.worker.mailbox.post(.datagrams(far, port: address.port))
      rig.pump()
    }

    deinit { Socket.close(near) }

    func send(_ body: String) {
      let bytes = [0, 1, 0, 0, 0, 1, 0, 0] + Array(body.utf8)
      _ = Socket.send(near, bytes.span, to: address)
    }

    func ask(_ body: String) -> [String] {
      send(body)
      return answers()
    }

    func answers() -> [String] {
      rig.pump()
      var answers: [String] = []
      while true {
        var buffer = ByteBuffer(capacity: 2000)
        guard case .datagram(let count, _) = buffer.receiveDatagram(from: near), count >= 8 else { return answers }
        buffer.consume(8)
        answers.append(buffer.text)
      }
    }
  }

  @Test("A value that is not whole in its datagram is not stored, and takes nothing of the next") func partial() throws
  {
    let rig = try WorkerRig()
    let port = try Port(rig)
    for part in ["", "ab", "abcde", "abcde\r"] {
      #expect(port.ask("set a 0 0 5\r\n\(part)") == [])
      #expect(port.ask("get a\r\n") == ["END\r\n"])
    }
    #expect(port.ask("set a 0 0 5\r\nabcde\r\nset a 0 0 1\r\n") == ["STORED\r\n"])
    #expect(port.ask("get a\r\n") == ["VALUE a 0 5\r\nabcde\r\nEND\r\n"])
    #expect(rig.endAndAudit() == [])
  }

  @Test("A refused command whose block is not whole is dropped with it", arguments: ["x 0 5", "0 0 2000000"])
  func swallowed(numbers: String) throws {
    let port = try Port(WorkerRig())
    #expect(port.ask("set a \(numbers)\r\nab") == [])
    #expect(port.ask("get a\r\n") == ["END\r\n"])
  }

  @Test("A value too large for the limit is an error in the protocol's words, and nothing holds it") func tooLarge()
    throws
  {
    let rig = try WorkerRig()
    let port = try Port(rig)
    _ = try rig.client().ask("set a 0 0 100000\r\n\(String(repeating: "v", count: 100_000))\r\n")
    #expect(port.ask("get a\r\nversion\r\n") == ["SERVER_ERROR reply too large for UDP\r\n"])
    #expect(port.ask("get \(String(repeating: "a ", count: 40))\r\n") == ["SERVER_ERROR reply too large for UDP\r\n"])
    #expect(rig.endAndAudit() == [])
  }

  @Test("An answer of the limit's size is given, from the item too", arguments: [(16, 22_243), (64, 89_059)])
  func limit(datagrams: Int, byteCount: Int) throws {
    let rig = try WorkerRig { $0.udpReplyLimit = datagrams }
    let port = try Port(rig)
    let overhead = "VALUE a 0 \(byteCount)\r\n\r\nEND\r\n".utf8.count
    let most = datagrams * 1392 - overhead
    for count in [most, most + 1] {
      let value = String(repeating: "v", count: count)
      _ = try rig.client().ask("set a 0 0 \(count)\r\n\(value)\r\n")
      let answer = port.ask("get a\r\n")
      #expect(answer.count == (count == most ? datagrams : 1))
      if count == most { #expect(answer.joined() == "VALUE a 0 \(count)\r\n\(value)\r\nEND\r\n") }
    }
    #expect(rig.endAndAudit() == [])
  }

  @Test("Values too small to pin may outgrow the buffer together") func manyValues() throws {
    let rig = try WorkerRig { $0.udpReplyLimit = 64 }
    let port = try Port(rig)
    let value = String(repeating: "v", count: 8000)
    for key in 0..<10 { _ = try rig.client().ask("set k\(key) 0 0 8000\r\n\(value)\r\n") }
    let keys = (0..<10).map { "k\($0)" }
    let expected = keys.map { "VALUE \($0) 0 8000\r\n\(value)\r\n" }.joined() + "END\r\n"
    #expect(port.ask("get \(keys.joined(separator: " "))\r\n").joined() == expected)
    #expect(port.ask("get \(keys.joined(separator: "  "))\r\n").joined() == expected)
    #expect(rig.endAndAudit() == [])
  }

  @Test("stats comes as one message, stats conns when it is made, with the datagram's own socket") func statistics()
    throws
  {
    let rig = try WorkerRig()
    let port = try Port(rig)
    let text = port.ask("stats\r\n").joined()
    #expect(text.hasPrefix("STAT pid ") && text.hasSuffix("END\r\n"))
    #expect(port.ask("stats conns\r\n") == [])
    rig.context.listings.begin()
    let lines = port.answers().joined()
    #expect(lines.contains(":UDP UDP\r\n") && lines.contains(":addr udp:127.0.0.1:"))
    #expect(lines.contains(":state conn_read\r\n") && lines.hasSuffix("END\r\n"))
  }

  @Test("Nobody changes the peer by a datagram: its sender's address proves nothing") func peer() throws {
    let answers = try Port(WorkerRig()).ask("replication peer none\r\n")
    #expect(answers == ["CLIENT_ERROR only clients on the same host may do that\r\n"])
  }

  @Test("An answer waits for the peer's word, and others do not wait for it") func acknowledged() throws {
    let journal = CountingJournal()
    let rig = try WorkerRig(journal: journal) { $0.peering.acknowledgementMilliseconds = 60_000 }
    journal.begin()
    let port = try Port(rig)
    #expect(port.ask("set a 0 0 1\r\n1\r\nget a\r\n") == [])
    #expect(port.ask("get b\r\n") == ["END\r\n"])
    journal.acknowledge(in: rig)
    #expect(port.answers() == ["STORED\r\n", "VALUE a 0 1\r\n1\r\nEND\r\n"])
    #expect(port.ask("set b 0 0 1 noreply\r\n1\r\n") == [])
    #expect(rig.endAndAudit() == [])
  }

  @Test("A worker that ends gives back what waits for the peer's word") func end() throws {
    let journal = CountingJournal()
    let rig = try WorkerRig(journal: journal) { $0.peering.acknowledgementMilliseconds = 60_000 }
    journal.begin()
    let port = try Port(rig)
    let value = String(repeating: "v", count: 20_000)
    #expect(port.ask("set a 0 0 20000\r\n\(value)\r\ngat 0 a\r\nset b 0 0 20000\r\n\(value)\r\n") == [])
    #expect(rig.endAndAudit() == [])
  }
}
