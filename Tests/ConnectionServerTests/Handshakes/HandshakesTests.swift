import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Transport

@testable import ConnectionServer

@Suite("Handshakes on their own thread")
struct HandshakesTests {
  /// The thread, whom it has delivered, and what it has reported.
  private final class HandshakeRig: Sendable {
    let context = ServingContext(
      ServingConfiguration(places: [], listenBacklog: 16, maxConnections: 1024, refusal: nil, requestsPerTurn: 20))
    let credentials: TLSCredentials
    let delivered = Mutex<[Transport]>([])
    let reports = Mutex<[String]>([])

    init(_ credentials: TLSCredentials) { self.credentials = credentials }

    func handshakes(limit: Duration) throws -> Handshakes {
      try Handshakes(
        credentials: credentials, context: context, limit: limit,
        report: { [self] _, why in reports.withLock { $0.append(why) } },
        deliver: { [self] client in delivered.withLock { $0.append(client) } })
    }

    /// The client's end.
    func connect(_ handshakes: Handshakes) throws -> FileDescriptor {
      let (near, far) = try Socket.pair()
      context.connectionOpened()
      handshakes.begin(far, nil)
      return near
    }

    var deliveredCount: Int { delivered.withLock { $0.count } }
    var told: [String] { reports.withLock { $0 } }

    func close() {
      for client in delivered.withLock({ $0 }) {
        let socket = client.socket
        client.channel?.close()
        Socket.close(socket)
      }
    }
  }

  private let certificates: Certificates
  private let credentials: TLSCredentials

  init() throws {
    certificates = try Certificates()
    let pair = try certificates.make("server")
    var settings = TLSSettings()
    (settings.chain, settings.key) = (pair.chain, pair.key)
    credentials = try TLSCredentials(settings, for: .clients)
  }

  private func eventually(_ condition: () -> Bool) -> Bool { TestSupport.eventually(within: .seconds(10), condition) }

  /// Takes steps until the other side has taken the last.
  private func greet(_ socket: FileDescriptor) throws -> TLSChannel {
    let channel = try credentials.context.connect(socket)
    #expect(eventually { channel.handshake() == .done })
    return channel
  }

  private func isClosed(_ socket: FileDescriptor) -> Bool {
    eventually {
      var bytes = [UInt8](repeating: 0, count: 64)
      var target = bytes.mutableSpan
      return Socket.receive(socket, into: &target) == .closed
    }
  }

  @Test("Who comes to the end of it is delivered, past a hundred who say nothing") func delivered() throws {
    let rig = HandshakeRig(credentials)
    let handshakes = try rig.handshakes(limit: .seconds(60))
    let silent = try (0..<100).map { _ in try rig.connect(handshakes) }
    let socket = try rig.connect(handshakes)
    let channel = try greet(socket)
    #expect(eventually { rig.deliveredCount == 1 })
    #expect(rig.context.connectionCount == 101)
    handshakes.stop()
    #expect(rig.context.connectionCount == 1, "the others are closed at the end")
    for silent in silent {
      #expect(isClosed(silent))
      Socket.close(silent)
    }
    channel.close()
    Socket.close(socket)
    rig.close()
  }

  @Test("Who takes too long is closed and counted, and the next is served") func late() throws {
    let rig = HandshakeRig(credentials)
    let handshakes = try rig.handshakes(limit: .milliseconds(20))
    let silent = try (0..<5).map { _ in try rig.connect(handshakes) }
    #expect(eventually { silent.allSatisfy(isClosed) })
    #expect(rig.told == Array(repeating: "it took too long", count: 5))
    #expect(credentials.counters.handshakeErrors == 5 && rig.context.connectionCount == 0)
    handshakes.stop()
    for socket in silent { Socket.close(socket) }
  }

  @Test("Garbage is closed, counted and told of at once") func garbage() throws {
    let rig = HandshakeRig(credentials)
    let handshakes = try rig.handshakes(limit: .seconds(60))
    let socket = try rig.connect(handshakes)
    let text = [UInt8]("get a\r\nget b\r\nget c\r\n".utf8)
    #expect(Socket.send(socket, text.span) == .bytes(text.count))
    #expect(eventually { rig.told == ["wrong version number"] })
    #expect(eventually { rig.context.connectionCount == 0 })
    handshakes.stop()
    Socket.close(socket)
  }
}
