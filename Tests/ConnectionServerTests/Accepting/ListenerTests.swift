import Platform
import SystemPackage
import TestSupport
import Testing

@testable import ConnectionServer

@Suite("Listeners")
struct ListenerTests {
  /// A port that somebody listens on.
  static func takenPort() throws -> (socket: FileDescriptor, port: UInt16) {
    let socket = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    return (socket, try Socket.localAddress(socket).port)
  }

  static func places(_ hosts: String..., port: UInt16) -> [ListeningPlace] {
    hosts.map { .tcp(host: $0, port: port) }
  }

  @Test("A port in use is an error that names it, and what was taken before is given back") func portInUse() throws {
    let (socket, port) = try Self.takenPort()
    let places = Self.places("127.0.0.2", "127.0.0.1", port: port)
    let error = #expect(throws: ListenError.self) { try Listener.bindAll(places) }
    #expect(error?.description.hasPrefix("failed to listen on 127.0.0.1:\(port): ") == true)
    Socket.close(socket)
    let listeners = try Listener.bindAll(places)
    #expect(listeners.map(\.address.description) == ["127.0.0.2:\(port)", "127.0.0.1:\(port)"])
    for listener in listeners { listener.close() }
  }

  @Test("A host that is unknown is an error") func unknownHost() throws {
    let places = Self.places("no.such.host.invalid", port: 1)
    #expect(throws: ListenError.self) { try Listener.bindAll(places) }
  }

  /// An address that is nobody's, so not this host's.
  private static let foreign = SocketAddress.v4(IPv4(203 << 24 | 113 << 8 | 77), port: 0)

  @Test("Of the addresses of one name those that this host does not have are left out") func missingAddress() throws {
    let listeners = try Listener.bind(anyOf: [Self.foreign, .loopback4(port: 0)])
    #expect(listeners.count == 1)
    for listener in listeners { listener.close() }
  }

  @Test("A name of whose addresses this host has none is an error") func noAddress() throws {
    let error = #expect(throws: ListenError.self) { try Listener.bind(anyOf: [Self.foreign, Self.foreign]) }
    #expect(error?.description.hasPrefix("failed to listen on 203.0.113.77:0: ") == true)
  }

  @Test("A name one of whose addresses somebody else has is an error") func takenAddress() throws {
    let (socket, port) = try Self.takenPort()
    defer { Socket.close(socket) }
    let error = #expect(throws: ListenError.self) {
      try Listener.bind(anyOf: [.loopback4(port: 0), .loopback4(port: port), Self.foreign])
    }
    #expect(error?.description.hasPrefix("failed to listen on 127.0.0.1:\(port): ") == true)
  }

  @Test("A unix socket's file has its mode, and goes when the listener closes") func unixSocket() throws {
    let directory = TemporaryDirectory()
    let places = [ListeningPlace.unix(path: directory.file("s"), mode: 0o700)]
    let listeners = try Listener.bindAll(places)
    #expect(listeners.count == 1)
    #expect(directory.holds("s"))
    // Bound and not listening it looks deserted; opened it does not.
    try Socket.listen(listeners[0].socket, backlog: 1)
    let error = #expect(throws: ListenError.self) { try Listener.bindAll(places) }
    #expect(error?.description.hasPrefix("failed to listen on \(directory.file("s")): ") == true)
    #expect(directory.holds("s"))
    listeners[0].close()
    #expect(!directory.holds("s"))
  }
}
