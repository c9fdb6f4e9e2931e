import Glibc
import SystemPackage
import Testing

@testable import Platform

@Suite struct SocketDeadPeerTimeoutTests {
  @Test("a connection's end comes after the seconds that were asked for, and probes come sooner")
  func timeout() throws {
    let listener = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    let socket = try Socket.connect(to: Socket.localAddress(listener))
    defer {
      Socket.close(socket)
      Socket.close(listener)
    }
    try Socket.setDeadPeerTimeout(socket, seconds: 30)
    #expect(try Socket.option(socket, SOL_SOCKET, SO_KEEPALIVE) == 1)
    #expect(try Socket.option(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT) == 30_000)
    #expect(try Socket.option(socket, Int32(IPPROTO_TCP), TCP_KEEPIDLE) == 5)
  }
}
