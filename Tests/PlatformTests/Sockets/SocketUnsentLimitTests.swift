import Glibc
import SystemPackage
import Testing

@testable import Platform

@Suite struct SocketUnsentLimitTests {
  /// Bytes that the kernel takes for a peer that reads nothing.
  private func taken(limit: Int?) throws -> Int {
    let listener = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    try Socket.setReceiveBuffer(listener, byteCount: 4096)
    let socket = try Socket.connect(to: Socket.localAddress(listener))
    defer {
      Socket.close(socket)
      Socket.close(listener)
    }
    var entry = pollfd(fd: socket.rawValue, events: Int16(POLLOUT), revents: 0)
    try #require(unsafe poll(&entry, 1, 10_000) == 1)
    if let limit { try Socket.setUnsentLimit(socket, byteCount: limit) }
    let bytes = [UInt8](repeating: 1, count: 16 << 10)
    var count = 0
    while case .bytes(let sent) = Socket.send(socket, bytes.span), count < 64 << 20 { count += sent }
    return count
  }

  @Test("no more is taken than may wait unsent, and what is on its way; without a limit it is many times as much")
  func limit() throws {
    let (limited, unlimited) = (try taken(limit: 16 << 10), try taken(limit: nil))
    #expect(limited > 0 && limited * 4 < unlimited, "\(limited), \(unlimited)")
  }
}
