import EventLoop
import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import ConnectionServer

/// Taking clients in, the loop turned by the test.
@Suite("Accepting")
struct AcceptorTests {
  /// An acceptor on a unix socket that keeps those it takes in.
  final class AcceptorRig {
    let context: ServingContext
    let acceptor: Acceptor
    let loop: EventLoop
    let directory = TemporaryDirectory()
    private let adopted = Adopted()
    private var clients: [FileDescriptor] = []

    final class Adopted { var sockets: [FileDescriptor] = [] }

    init(_ adjust: (inout ServingConfiguration) -> Void) throws {
      var configuration = ServingConfiguration(
        places: [.unix(path: directory.file("socket"), mode: 0o700)], listenBacklog: 1024, maxConnections: 1024,
        refusal: nil, requestsPerTurn: 20)
      adjust(&configuration)
      context = ServingContext(configuration)
      loop = try EventLoop()
      acceptor = Acceptor(loop: loop, context: context) { [adopted] socket, _ in adopted.sockets.append(socket) }
      try acceptor.bind()
    }

    deinit {
      context.setWhenRoom {}
      acceptor.close()
      for socket in clients + adopted.sockets { Socket.close(socket) }
    }

    var adoptedCount: Int { adopted.sockets.count }
    var isAccepting: Bool { context.accepting.isAccepting.load(ordering: .relaxed) }
    var timesPaused: UInt64 { context.accepting.timesPaused.load(ordering: .relaxed) }
    var microsecondsPaused: UInt64 { context.accepting.microsecondsPaused.load(ordering: .relaxed) }
    var rejected: UInt64 { context.accepting.rejected.load(ordering: .relaxed) }

    func connect() throws -> FileDescriptor {
      let client = try Socket.connect(to: acceptor.addresses[0])
      clients.append(client)
      return client
    }

    func turn() { for _ in 0..<3 { loop.runOnce() } }

    func closeOne() {
      Socket.close(adopted.sockets.removeLast())
      context.connectionClosed()
    }
  }

  @Test("A bound address that is not open refuses") func boundIsNotOpen() throws {
    let rig = try AcceptorRig { _ in }
    #expect(throws: Errno.connectionRefused) { try rig.connect() }
    try rig.acceptor.open()
    _ = try rig.connect()
    rig.turn()
    #expect(rig.adoptedCount == 1)
    #expect(rig.context.connectionCount == 1)
  }

  @Test("At -c connections the next waits until one closes") func pauses() throws {
    let rig = try AcceptorRig { $0.maxConnections = 2 }
    nonisolated(unsafe) let acceptor = rig.acceptor
    rig.context.setWhenRoom { unsafe acceptor.resumeIfPossible() }
    try rig.acceptor.open()
    for _ in 0..<4 { _ = try rig.connect() }
    rig.turn()
    #expect(rig.adoptedCount == 2)
    #expect(!rig.isAccepting)
    #expect(rig.timesPaused == 1)
    rig.closeOne()
    rig.turn()
    #expect(rig.adoptedCount == 2)
    #expect(rig.timesPaused == 2)
    rig.closeOne()
    rig.turn()
    rig.closeOne()
    rig.turn()
    #expect(rig.adoptedCount == 1)
    #expect(rig.context.connectionCount == 1)
    #expect(rig.isAccepting)
  }

  @Test("A pause ends by itself when nobody tells that a connection closed") func resumes() throws {
    let rig = try AcceptorRig { $0.maxConnections = 1 }
    try rig.acceptor.open()
    for _ in 0..<2 { _ = try rig.connect() }
    rig.turn()
    #expect(rig.adoptedCount == 1)
    rig.closeOne()
    let deadline = ContinuousClock.now + .seconds(30)
    while rig.adoptedCount == 0, ContinuousClock.now < deadline { rig.loop.runOnce() }
    #expect(rig.adoptedCount == 1)
    #expect(rig.microsecondsPaused > 0)
    #expect(rig.rejected == 0)
  }

  @Test("With maxconns_fast the next is told so and closed") func rejects() throws {
    let rig = try AcceptorRig {
      $0.maxConnections = 1
      $0.refusal = "ERROR Too many open connections\r\n"
    }
    try rig.acceptor.open()
    _ = try rig.connect()
    let late = try rig.connect()
    rig.turn()
    #expect(rig.adoptedCount == 1)
    var buffer = ByteBuffer(capacity: 100)
    _ = buffer.receive(from: late)
    #expect(buffer.text == "ERROR Too many open connections\r\n")
    #expect(eventually(within: .seconds(10)) { buffer.receive(from: late) == .closed })
    #expect(rig.rejected == 1)
    #expect(rig.isAccepting)
    rig.closeOne()
    _ = try rig.connect()
    rig.turn()
    #expect(rig.adoptedCount == 1)
  }

  @Test("A storm of clients is taken in one by one, and none is lost") func storm() throws {
    let rig = try AcceptorRig { $0.maxConnections = 10_000 }
    try rig.acceptor.open()
    for _ in 0..<300 { _ = try rig.connect() }
    for taken in 1...300 {
      rig.loop.runOnce()
      #expect(rig.adoptedCount == taken)
    }
    rig.turn()
    #expect(rig.adoptedCount == 300)
  }

  @Test("With -c connections and nobody waiting it goes on accepting") func fullAndNobodyWaits() throws {
    let rig = try AcceptorRig { $0.maxConnections = 2 }
    try rig.acceptor.open()
    for _ in 0..<2 { _ = try rig.connect() }
    rig.turn()
    #expect(rig.adoptedCount == 2)
    #expect(rig.isAccepting && rig.timesPaused == 0)
  }

  @Test("Closing refuses and takes the file away, also twice") func closes() throws {
    let rig = try AcceptorRig { _ in }
    try rig.acceptor.open()
    let address = rig.acceptor.addresses[0]
    rig.acceptor.close()
    rig.acceptor.close()
    #expect(throws: Errno.noSuchFileOrDirectory) { try Socket.connect(to: address) }
    rig.acceptor.resumeIfPossible()
    rig.turn()
    #expect(!rig.isAccepting)
  }
}
