import Platform
import SystemPackage
import Testing
import Transport

@Suite("A connection that waits")
struct WaitingConnectionTests {
  private func listener() throws -> (socket: FileDescriptor, address: SocketAddress) {
    let socket = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    return (socket, try Socket.localAddress(socket))
  }

  private func accepted(_ listener: FileDescriptor) -> FileDescriptor? {
    if case .connection(let socket, _) = Socket.accept(listener) { return socket }
    return nil
  }

  @Test("It says, hears what is said, and the end") func conversation() throws {
    let (socket, address) = try listener()
    defer { Socket.close(socket) }
    let connection = try WaitingConnection(to: address, within: .seconds(10))
    let other = try #require(accepted(socket))
    try connection.send(Array("hello".utf8))
    #expect(Socket.send(other, Array("world".utf8).span) == .bytes(5))
    #expect(try connection.receive() && connection.text == "world")
    Socket.shutdownSending(other)
    connection.consume(5)
    #expect(try !connection.receive())
    Socket.close(other)
  }

  @Test("Nobody there is told by the system's words, silence by the deadline") func faults() throws {
    let (socket, address) = try listener()
    let connection = try WaitingConnection(to: address, within: .milliseconds(50))
    #expect(throws: WaitingError.late) { try connection.receive() }
    Socket.close(socket)
    #expect(throws: WaitingError.refused(.connectionRefused)) {
      try WaitingConnection(to: address, within: .seconds(10))
    }
  }

  @Test("A handshake that is not answered ends by the deadline, too") func sealed() throws {
    let (socket, address) = try listener()
    defer { Socket.close(socket) }
    let context = try TLSContext(TLSSettings(), for: .servers, counters: TLSCounters())
    // Who listens says nothing.
    #expect(throws: WaitingError.late) {
      try WaitingConnection(to: address, tls: (context, nil), within: .milliseconds(50))
    }
  }
}
