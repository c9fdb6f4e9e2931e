import ConnectionServer
import EventLoop
import Platform
import SystemPackage

/// A worker that serves the echo protocol, without a thread: its loop is turned by the test.
final class EchoRig {
  let session = EchoSession()
  let worker: WorkerThread
  let context: ServingContext
  let counters: ConnectionCounters
  private var hasEnded = false

  init(
    requestsPerTurn: Int = 20, datagramReplyLimit: Int = 16, idleTimeout: UInt32 = 0, readerTimeout: UInt32 = 60
  ) throws {
    var configuration = ServingConfiguration(
      places: [], listenBacklog: 16, maxConnections: 1024, refusal: nil, requestsPerTurn: requestsPerTurn,
      datagramReplyLimit: datagramReplyLimit)
    configuration.idleTimeout = idleTimeout
    configuration.readerTimeout = readerTimeout
    context = ServingContext(configuration)
    counters = ConnectionCounters(table: CounterTable(count: ConnectionCounters.Counter.allCases.count))
    worker = try WorkerThread(context: context, counters: counters, loop: EventLoop(), session: session)
  }

  deinit { end() }

  func client(sendBuffer: Int? = nil) throws -> EchoClient {
    let (near, far) = try Socket.pair()
    if let sendBuffer { try Socket.setSendBuffer(far, byteCount: sendBuffer) }
    context.connectionOpened()
    worker.mailbox.post(.client(.plain(far)))
    turn()
    return EchoClient(near, rig: self)
  }

  func turn(_ times: Int = 3) { for _ in 0..<times { worker.loop.runOnce() } }

  func end() {
    if hasEnded { return }
    hasEnded = true
    worker.mailbox.post(.stop)
    worker.run()
  }
}

/// The other end of a connection. Reads only when told to.
final class EchoClient {
  private let socket: FileDescriptor
  private let rig: EchoRig
  private var received: [UInt8] = []
  private(set) var isAtEnd = false
  private var isOpen = true

  init(_ socket: FileDescriptor, rig: EchoRig) {
    self.socket = socket
    self.rig = rig
  }

  deinit { close() }

  func close() {
    if isOpen { Socket.close(socket) }
    isOpen = false
  }

  func send(_ text: String) {
    let bytes = [UInt8](text.utf8)
    var sent = 0
    while sent < bytes.count {
      guard case .bytes(let count) = Socket.send(socket, bytes.span.extracting(sent...)) else { break }
      sent += count
      rig.turn()
    }
  }

  /// What is sent without the worker being turned.
  func offer(_ text: String) {
    let bytes = [UInt8](text.utf8)
    _ = Socket.send(socket, bytes.span)
  }

  /// What has come without that.
  func answered() -> String {
    readOnce()
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// One recv(2); what came of it.
  @discardableResult func readOnce() -> Int {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var target = chunk.mutableSpan
    switch Socket.receive(socket, into: &target) {
    case .bytes(let count):
      received += chunk[..<count]
      return count
    case .wouldBlock: return 0
    case .closed, .failed:
      isAtEnd = true
      return 0
    }
  }

  /// All that the worker sends.
  func read() -> String {
    while true {
      rig.turn()
      if readOnce() == 0 { break }
    }
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  func ask(_ text: String) -> String {
    send(text)
    return read()
  }
}
