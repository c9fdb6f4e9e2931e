import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import CacheServer

/// Whole servers, on unix sockets where the port does not matter.
@Suite("Servers", .serialized)
struct ServerTests {
  /// A server on its thread.
  final class Running {
    let thread: Thread
    let addresses: [SocketAddress]
    let outcome = Outcome()

    final class Outcome: Sendable {
      let error = Mutex<ServerError?>(nil)
    }

    init(_ settings: Settings) throws {
      let server = try Server(settings: settings) { _ in }
      try server.bind()
      addresses = server.addresses
      nonisolated(unsafe) let handed = server
      thread = try Thread.start(name: "server") { [outcome] in
        do throws(ServerError) {
          try unsafe handed.start()
          try unsafe handed.run()
        } catch {
          outcome.error.withLock { $0 = error }
        }
      }
    }

    /// Tries until the server has opened its address, some 30 seconds.
    func connect() throws -> WireClient {
      var attempt = Result<WireClient, any Error>.failure(Errno.timedOut)
      _ = eventually {
        attempt = Result { try WireClient(addresses[0]) }
        if case .failure(Errno.connectionRefused) = attempt { return false }
        return true
      }
      return try attempt.get()
    }
  }

  static func settings(_ directory: TemporaryDirectory) -> Settings {
    var settings = Settings()
    settings.unixSocket = directory.file("s")
    settings.peering.listenPort = 0
    settings.isShutdownCommandEnabled = true
    return settings
  }

  @Test("It serves, and ends when told to, its socket's file with it") func servesAndEnds() throws {
    let directory = TemporaryDirectory()
    let server = try Running(Self.settings(directory))
    let client = try server.connect()
    let idle = try server.connect()
    let blocked = try server.connect()
    #expect(try client.ask("set a 0 0 1\r\nx\r\n", until: "STORED\r\n") == "STORED\r\n")
    try blocked.send(String(repeating: "stats\r\n", count: 500))
    try client.send("get a\r\nshutdown\r\n")
    #expect(try client.readToEnd() == "VALUE a 0 1\r\nx\r\nEND\r\n")
    server.thread.join()
    #expect(try idle.readToEnd() == "")
    #expect(!directory.holds("s"))
    #expect(server.outcome.error.withLock { $0 } == nil)
    _ = blocked
  }

  @Test("A peer's port in use ends the start, and the clients' addresses are given back") func peerPortInUse() throws {
    let (socket, port) = try Ports.taken()
    defer { Socket.close(socket) }
    let directory = TemporaryDirectory()
    var settings = Self.settings(directory)
    settings.peering.listenPort = port
    settings.peering.isPortGiven = true
    try settings.set("-l", "127.0.0.1")
    let server = try Server(settings: settings) { _ in }
    #expect(throws: ServerError.self) { try server.bind() }
    #expect(!directory.holds("s"))
  }

  @Test("The default peer's port in use is no error: it says so and serves alone") func defaultPeerPortInUse() throws {
    let (socket, port) = try Ports.taken()
    defer { Socket.close(socket) }
    let directory = TemporaryDirectory()
    var settings = Self.settings(directory)
    settings.peering.listenPort = port
    try settings.set("-l", "127.0.0.1")
    let lines = LogLines()
    let server = try Server(settings: settings) { lines.add($0) }
    try server.bind()
    #expect(lines.all.count == 1 && lines.all[0].contains("serving alone"))
  }

  @Test("A server that is bound and never run leaves no file") func neverRun() throws {
    let directory = TemporaryDirectory()
    do {
      let server = try Server(settings: Self.settings(directory)) { _ in }
      try server.bind()
      #expect(directory.holds("s"))
    }
    #expect(!directory.holds("s"))
  }

  @Test("stats of a whole server tell of all workers") func statistics() throws {
    let directory = TemporaryDirectory()
    let server = try Running(Self.settings(directory))
    let clients = try (0..<8).map { _ in try server.connect() }
    for client in clients { _ = try client.ask("get none\r\n", until: "END\r\n") }
    let answer = try clients[0].ask("stats\r\n", until: "END\r\n")
    #expect(answer.contains("STAT get_misses 8\r\n"))
    #expect(answer.contains("STAT curr_connections 8\r\n"))
    #expect(answer.contains("STAT threads 4\r\n"))
    try clients[0].send("shutdown\r\n")
    server.thread.join()
  }
}
