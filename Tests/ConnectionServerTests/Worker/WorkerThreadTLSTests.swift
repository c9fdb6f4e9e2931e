import Platform
import SystemPackage
import TestSupport
import Testing
import Transport

@testable import ConnectionServer

/// A worker that serves the echo protocol over TLS.
@Suite("A worker whose clients speak TLS")
struct WorkerThreadTLSTests {
  private let certificates: Certificates
  private let credentials: TLSCredentials

  init() throws {
    certificates = try Certificates()
    let pair = try certificates.make("server")
    var settings = TLSSettings()
    (settings.chain, settings.key) = (pair.chain, pair.key)
    credentials = try TLSCredentials(settings, for: .clients)
  }

  /// The client's end. Reads only when told to.
  private final class SealedClient {
    let channel: TLSChannel
    let socket: FileDescriptor
    private let rig: EchoRig
    private(set) var end: Received?

    init(_ channel: TLSChannel, _ socket: FileDescriptor, _ rig: EchoRig) {
      (self.channel, self.socket, self.rig) = (channel, socket, rig)
    }

    deinit {
      channel.close()
      Socket.close(socket)
      rig.turn()
    }

    func send(_ text: String) {
      let bytes = [UInt8](text.utf8)
      var sent = 0
      var turnsWithout = 0
      while sent < bytes.count, turnsWithout < 1000 {
        turnsWithout += 1
        switch channel.send(bytes.span.extracting(sent...)) {
        case .bytes(let count): (sent, turnsWithout) = (sent + count, 0)
        case .wouldBlock: break
        case .failed(let error):
          Issue.record("\(bytes.count - sent) bytes could not be sent: \(error)")
          return
        }
        rig.turn()
      }
      #expect(sent == bytes.count, "the worker reads nothing more")
    }

    /// All that the worker sends; part of a record is nothing yet, so a few turns may bring none.
    func read() -> String {
      var text = ""
      var turnsWithout = 0
      while turnsWithout < 20 {
        rig.turn()
        var buffer = ByteBuffer(capacity: 100_000)
        let received = channel.receive(into: &buffer)
        guard case .bytes = received else {
          if received != .wouldBlock {
            end = received
            return text
          }
          turnsWithout += 1
          continue
        }
        turnsWithout = 0
        text += buffer.text
      }
      return text
    }

    func ask(_ text: String) -> String {
      send(text)
      return read()
    }
  }

  /// - Parameters:
  ///   - early: sent with the last step of the handshake, before the worker has the connection.
  ///   - next: sent behind it, while the worker takes the connection.
  ///   - isBroken: no record follows, while the worker takes the connection.
  private func client(
    _ rig: EchoRig, early: String = "", then next: String = "", isBroken: Bool = false, sendBuffer: Int? = nil
  ) throws -> SealedClient {
    let (near, far) = try Socket.pair()
    if let sendBuffer { try Socket.setSendBuffer(far, byteCount: sendBuffer) }
    let (client, server) = (try credentials.context.connect(near), try credentials.context.accept(far))
    _ = client.handshake()
    _ = server.handshake()
    try #require(client.handshake() == .done)
    if !early.isEmpty { _ = client.send([UInt8](early.utf8).span) }
    try #require(server.handshake() == .done)
    if !next.isEmpty { _ = client.send([UInt8](next.utf8).span) }
    if isBroken { _ = Socket.send(near, [UInt8](repeating: 0, count: 5).span) }
    rig.context.connectionOpened()
    rig.worker.mailbox.post(.client(.tls(server)))
    rig.turn()
    return SealedClient(client, near, rig)
  }

  @Test("Lines come back, of several clients and of plain ones among them") func echo() throws {
    let rig = try EchoRig()
    let (one, two) = (try client(rig), try client(rig))
    let plain = try rig.client()
    #expect(one.ask("a\nb\nhal") == "a\nb\n")
    #expect(two.ask("c\n") == "c\n")
    #expect(plain.ask("d\n") == "d\n")
    #expect(one.ask("f\n") == "half\n")
    #expect(rig.counters[.bytesRead] == 13 && rig.counters[.bytesWritten] == 13, "bytes are counted as they are meant")
  }

  @Test("What came with the end of the handshake is served, though the kernel tells of nothing") func early() throws {
    let rig = try EchoRig()
    #expect(try client(rig, early: "soon\n").read() == "soon\n")
  }

  @Test("A connection that breaks behind such a request ends once, and its place is free") func breaks() throws {
    let rig = try EchoRig()
    for _ in 0..<40 {
      let client = try client(rig, early: "soon\n", isBroken: true)
      rig.turn()
      #expect(client.read() == "" || client.end != nil)
    }
    #expect(rig.context.connectionCount == 0)
    #expect(try client(rig).ask("a\n") == "a\n")
  }

  @Test("Such a request that waits for its reply is waited for, whatever is sent behind it") func earlyDeferred() throws
  {
    let rig = try EchoRig()
    let client = try client(rig, early: "later\n", then: "b\n")
    #expect(client.read() == "")
    rig.session.deferred[0].send("now\n")
    #expect(client.read() == "now\nb\n")
  }

  @Test("Who has asked for nothing for too long is closed, too") func idle() throws {
    let rig = try EchoRig(idleTimeout: 10)
    let (asked, silent) = (try client(rig), try client(rig))
    #expect(asked.ask("a\n") == "a\n")
    rig.session.now += 11
    rig.worker.sweep()
    _ = (asked.read(), silent.read())
    #expect(rig.counters[.idleKicks] == 2 && rig.context.connectionCount == 0)
  }

  @Test("Records of one byte make lines") func oneByte() throws {
    let rig = try EchoRig()
    let client = try client(rig)
    for byte in "a line of many records\n" { client.send(String(byte)) }
    #expect(client.read() == "a line of many records\n")
  }

  @Test("Who has had its turn goes on with what TLS holds") func turns() throws {
    let rig = try EchoRig(requestsPerTurn: 5)
    let client = try client(rig)
    let text = (0..<3000).map { "\($0)\n" }.joined()
    #expect(client.ask(text) == text)
  }

  @Test("Large values go out whole to who reads slowly, and their segments are given back") func large() throws {
    let rig = try EchoRig()
    let client = try client(rig, sendBuffer: 4096)
    let answer = client.ask("large\nsmall\nlarge:9000\n")
    let expected =
      String(repeating: "x", count: 300_000) + "END\nsmall\n" + String(repeating: "x", count: 9000) + "END\n"
    #expect(answer == expected)
    #expect(rig.session.pinnedCount == 0)
  }

  @Test("A stream goes on as it is read, a held and a deferred reply come in their place") func waiting() throws {
    let rig = try EchoRig()
    let client = try client(rig, sendBuffer: 4096)
    let numbers = (0..<20_000).map { "\($0)\n" }.joined()
    #expect(client.ask("count:20000\n") == numbers)
    #expect(client.ask("a\nlater\nb\n") == "a\n")
    try #require(rig.session.deferred.count == 1)
    rig.session.deferred[0].send("here\n")
    #expect(client.read() == "here\nb\n")
    #expect(client.ask("hold\nc\n") == "")
    try #require(rig.session.held.count == 1)
    rig.worker.resume(rig.session.held[0])
    #expect(client.read() == "held\nc\n")
  }

  @Test("Who has said its last word is answered, and then both go") func halfClosed() throws {
    let rig = try EchoRig()
    let client = try client(rig)
    client.send("bye\nquit\n")
    #expect(client.read() == "bye\n")
    #expect(client.end == .closed)
    #expect(rig.context.connectionCount == 0)
  }

  @Test("Garbage between records closes that connection and no other") func garbage() throws {
    let rig = try EchoRig()
    let (bad, good) = (try client(rig), try client(rig))
    let bytes = [UInt8](repeating: 0x99, count: 300)
    _ = Socket.send(bad.socket, bytes.span)
    rig.turn()
    #expect(rig.context.connectionCount == 1)
    #expect(credentials.counters.protocolErrors == 1)
    #expect(good.ask("a\n") == "a\n")
  }

  @Test("At the worker's end what was read is answered") func theEnd() throws {
    let rig = try EchoRig()
    let client = try client(rig)
    _ = client.channel.send([UInt8]("last\n".utf8).span)
    rig.end()
    #expect(client.read() == "last\n" && client.end == .closed)
  }
}
