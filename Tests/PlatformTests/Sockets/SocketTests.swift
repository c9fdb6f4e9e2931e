import Glibc
import Platform
import SystemPackage
import Testing

@Suite("A socket", .timeLimit(.minutes(2)))
struct SocketTests {
  static let loopbacks: [SocketAddress] = [.loopback4(port: 0), .loopback6(port: 0)]

  @Test("connects to a listener, and bytes go both ways", arguments: loopbacks)
  func connects(address: SocketAddress) throws {
    let listener = try Socket.listen(on: address, backlog: 8)
    #expect(Accepted.wouldBlock == Socket.accept(listener))
    let bound = try Socket.localAddress(listener)
    #expect(bound.isSameHost(as: address) && bound.port != 0)
    let client = try Socket.connect(to: bound)
    try waitFor(client, POLLOUT)
    #expect(Socket.pendingError(client) == nil)
    try waitFor(listener, POLLIN)
    guard case .connection(let server, let from) = Socket.accept(listener) else {
      Issue.record("nothing accepted")
      return
    }
    #expect(from == (try Socket.localAddress(client)))
    #expect(try Socket.peerAddress(client) == bound)
    try Socket.setNoDelay(server)
    try Socket.setKeepAlive(server)
    let bytes = Array("ping".utf8)
    #expect(Socket.send(client, bytes.span) == .bytes(4))
    try waitFor(server, POLLIN)
    var buffer = ByteBuffer(capacity: 16)
    let received = buffer.receive(from: server)
    #expect(received == .bytes(4))
    #expect(buffer.text == "ping")
    let sent = buffer.send(to: server)
    #expect(sent == .bytes(4))
    for socket in [listener, client, server] { Socket.close(socket) }
  }

  @Test("tells whom it was connected to when they have reset it", arguments: loopbacks)
  func lastPeer(address: SocketAddress) throws {
    let listener = try Socket.listen(on: address, backlog: 8)
    let client = try Socket.connect(to: try Socket.localAddress(listener))
    try waitFor(listener, POLLIN)
    guard case .connection(let server, let from) = Socket.accept(listener) else {
      Issue.record("nothing accepted")
      return
    }
    #expect(Socket.lastPeerAddress(server) == from)
    Socket.discardUnsent(client)
    Socket.close(client)
    try waitFor(server, POLLIN)
    #expect(throws: Errno.socketNotConnected) { try Socket.peerAddress(server) }
    #expect(Socket.lastPeerAddress(server) == from)
    #expect(Socket.lastPeerAddress(listener) == nil)
    for socket in [listener, server] { Socket.close(socket) }
  }

  @Test("is not inherited by programs, and never blocks")
  func flags() throws {
    let listener = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    #expect(fcntl(listener.rawValue, F_GETFD) & FD_CLOEXEC != 0)
    #expect(fcntl(listener.rawValue, F_GETFL) & O_NONBLOCK != 0)
    let client = try Socket.connect(to: try Socket.localAddress(listener))
    try waitFor(listener, POLLIN)
    if case .connection(let server, _) = Socket.accept(listener) {
      #expect(fcntl(server.rawValue, F_GETFD) & FD_CLOEXEC != 0)
      #expect(fcntl(server.rawValue, F_GETFL) & O_NONBLOCK != 0)
      Socket.close(server)
    }
    Socket.close(client)
    Socket.close(listener)
  }

  @Test("cannot listen where another does: the address is in use")
  func addressInUse() throws {
    let first = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    let address = try Socket.localAddress(first)
    #expect(throws: Errno.addressInUse) { try Socket.listen(on: address, backlog: 1) }
    Socket.close(first)
    let second = try Socket.listen(on: address, backlog: 1)
    Socket.close(second)
  }

  @Test("can hold its address and listen later")
  func bindsFirst() throws {
    let socket = try Socket.bind(to: .loopback4(port: 0))
    let address = try Socket.localAddress(socket)
    #expect(throws: Errno.addressInUse) { try Socket.listen(on: address, backlog: 1) }
    try Socket.listen(socket, backlog: 1)
    let client = try Socket.connect(to: address)
    try waitFor(socket, POLLIN)
    Socket.close(client)
    Socket.close(socket)
  }

  @Test("can be bound again at once where connections of an ended listener linger, and still holds its address")
  func bindsAmongLingering() throws {
    let first = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    let address = try Socket.localAddress(first)
    let client = try Socket.connect(to: address)
    try waitFor(first, POLLIN)
    guard case .connection(let server, _) = Socket.accept(first) else {
      Issue.record("nothing accepted")
      return
    }
    // Who closes first lingers.
    Socket.close(server)
    try waitFor(client, POLLIN)
    Socket.close(client)
    Socket.close(first)
    let second = try Socket.bind(to: address)
    #expect(throws: Errno.addressInUse) { try Socket.bind(to: address) }
    try Socket.listen(second, backlog: 1)
    Socket.close(second)
  }

  @Test("closed with what is unsent discarded, resets the connection")
  func discardsUnsent() throws {
    let listener = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    let client = try Socket.connect(to: try Socket.localAddress(listener))
    try waitFor(listener, POLLIN)
    guard case .connection(let server, _) = Socket.accept(listener) else {
      Issue.record("nothing accepted")
      return
    }
    Socket.discardUnsent(client)
    Socket.close(client)
    try waitFor(server, POLLIN)
    #expect(Socket.pendingError(server) == .connectionReset)
    Socket.close(server)
    Socket.close(listener)
  }

  @Test("listens on one port for IPv4 and IPv6 apart")
  func bothFamilies() throws {
    let four = try Socket.listen(on: .any4(port: 0), backlog: 1)
    let port = try Socket.localAddress(four).port
    let six = try Socket.listen(on: .any6(port: port), backlog: 1)
    Socket.close(four)
    Socket.close(six)
  }

  @Test("learns that nobody listens")
  func refused() throws {
    let listener = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    let address = try Socket.localAddress(listener)
    Socket.close(listener)
    do {
      let client = try Socket.connect(to: address)
      try waitFor(client, POLLOUT)
      #expect(Socket.pendingError(client) == .connectionRefused)
      Socket.close(client)
    } catch {
      #expect(error as? Errno == .connectionRefused)
    }
  }

  @Test("tells the end of the stream from a pause")
  func ends() throws {
    let (near, far) = try Socket.pair()
    var buffer = ByteBuffer(capacity: 8)
    let pause = buffer.receive(from: near)
    #expect(pause == .wouldBlock)
    Socket.shutdownSending(far)
    let end = buffer.receive(from: near)
    #expect(end == .closed)
    Socket.close(near)
    Socket.close(far)
  }

  @Test("says by an error, not by a signal, that the peer has gone")
  func brokenPipe() throws {
    let (near, far) = try Socket.pair()
    Socket.close(far)
    let byte: [UInt8] = [1]
    #expect(Socket.send(near, byte.span) == .failed(.brokenPipe))
    Socket.close(near)
  }

  @Test("sends what fits and says when nothing does")
  func full() throws {
    let (near, far) = try Socket.pair()
    var buffer = ByteBuffer(capacity: 8 << 20)
    let zeros = [UInt8](repeating: 0, count: 8 << 20)
    buffer.append(zeros.span)
    var total = 0
    while case .bytes(let count) = buffer.send(to: near) { total += count }
    let left = buffer.count
    #expect(total > 0 && total + left == 8 << 20)
    let blocked = buffer.send(to: near)
    #expect(blocked == .wouldBlock)
    Socket.close(near)
    Socket.close(far)
  }

  @Test("receives into a span of the caller's")
  func receivesIntoSpan() throws {
    let (near, far) = try Socket.pair()
    let bytes: [UInt8] = [1, 2, 3]
    _ = Socket.send(far, bytes.span)
    var target = [UInt8](repeating: 0, count: 8)
    var span = target.mutableSpan
    let received = Socket.receive(near, into: &span)
    #expect(received == .bytes(3))
    #expect(target == [1, 2, 3, 0, 0, 0, 0, 0])
    Socket.close(near)
    Socket.close(far)
  }

  @Test("reports a bad descriptor as a failure")
  func badDescriptor() {
    let none = FileDescriptor(rawValue: -1)
    let byte: [UInt8] = [1]
    #expect(Socket.send(none, byte.span) == .failed(.badFileDescriptor))
    guard case .failed(.badFileDescriptor) = Socket.accept(none) else {
      Issue.record("accepted on nothing")
      return
    }
    #expect(Socket.pendingError(none) == .badFileDescriptor)
  }

  @Test("have an identity that no other open one has, whatever their descriptors") func identity() throws {
    let (one, other) = try Socket.pair()
    let again = try Socket.duplicate(one)
    defer { for socket in [other, again] { Socket.close(socket) } }
    let identity = try #require(Socket.identity(one))
    #expect(Socket.identity(again) == identity && Socket.identity(other) != identity)
    Socket.close(one)
    #expect(Socket.identity(one) != identity)
  }

  /// Waits until the socket is ready; ends the test rather than wait for ever.
  private func waitFor(_ socket: FileDescriptor, _ events: Int32) throws {
    var entry = pollfd(fd: socket.rawValue, events: Int16(events), revents: 0)
    try #require(unsafe poll(&entry, 1, 10_000) == 1)
  }
}

private func == (expected: Accepted, actual: Accepted) -> Bool {
  if case .wouldBlock = expected, case .wouldBlock = actual { true } else { false }
}
