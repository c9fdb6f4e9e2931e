import Platform
import SystemPackage
import Testing

@testable import Replication

/// The real link and a socket of a repcached 2.x.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ReplicationLinkLegacyTests {
  /// A connection, and all that came on it.
  private struct Line: ~Copyable {
    let socket: FileDescriptor
    var received = ByteBuffer(capacity: 1 << 16)

    init(_ socket: FileDescriptor) { self.socket = socket }
    deinit { Socket.close(socket) }

    mutating func say(_ text: String) {
      var output = ByteBuffer(capacity: text.utf8.count)
      output.append([UInt8](text.utf8).span)
      while !output.isEmpty, case .bytes = output.send(to: socket) {}
    }

    /// Whether the text has come; or, without one, whether the other side has closed.
    mutating func receives(_ text: String?) -> Bool {
      eventually {
        let result = received.receive(from: socket)
        if let text { return received.text.contains(text) }
        if case .bytes = result { return false }
        return result != .wouldBlock
      }
    }
  }

  private func daemon(_ change: (inout ReplicationConfiguration) -> Void = { _ in }) throws -> (Daemon, SocketAddress) {
    let daemon = try Daemon(node: 1, change).start()
    #expect(eventually { daemon.address != nil && daemon.isReady })
    return (daemon, try #require(daemon.address))
  }

  private func dial(_ address: SocketAddress) throws -> FileDescriptor {
    let socket = try Socket.connect(to: address)
    #expect(eventually { Socket.pendingError(socket) == nil })
    return socket
  }

  @Test("a connector that says nothing is given all, after 300 ms; one that says a word at once")
  func connector() throws {
    for hasSpoken in [false, true] {
      let (daemon, address) = try daemon()
      daemon.set("k", [65])
      var line = Line(try dial(address))
      if hasSpoken { line.say("rep a 0 0 1 1\r\nx\r\n") }
      let isCopied = line.receives("marugoto_end\r\n")
      #expect(isCopied && line.received.text.contains("rep k 3 0 1 "))
      #expect(line.received.text.hasPrefix("repcached-unheard\r\n") == !hasSpoken)
      #expect(eventually { daemon.isStreaming && daemon.link.status.peerProtocol == 2 })
      if hasSpoken { #expect(eventually { daemon.get("a") == [120] }) }
      daemon.kill()
    }
  }

  @Test("with a secret an old peer is given nothing, silent or not")
  func secret() throws {
    let secret = try SharedSecret("sixteen bytes ok")
    let (daemon, address) = try daemon { $0.secrets = PairSecrets([secret]) }
    daemon.set("k", [65])
    for words in ["", "rep a 0 0 1 1\r\nx\r\n"] {
      var line = Line(try dial(address))
      line.say(words)
      let isClosed = line.receives(nil)
      #expect(isClosed && !line.received.text.contains("rep") && daemon.get("a") == nil)
    }
    #expect(daemon.log.all.contains { $0.contains("cannot prove the secret") })
    #expect(eventually { daemon.link.status.counters.refusedPeers == 2 })
    daemon.kill()
  }

  @Test("a line that does not hold together ends the link with a word in the log, not the process")
  func hostile() throws {
    let (daemon, address) = try daemon()
    for words in [
      "rep k 0 0 -5 1\r\n", "rep k 0 0 2 1\r\nabcd\r\n", "delete k\r\n" + String(repeating: "x", count: 5_000),
    ] {
      var line = Line(try dial(address))
      line.say(words)
      let isClosed = line.receives(nil)
      #expect(isClosed)
    }
    #expect(eventually { daemon.log.all.count { $0 == "replication: close" } == 3 })
    // Of one host and one fault there is one line in a minute.
    #expect(daemon.log.all.count { $0.contains("a line of repcached 2.x: ") } == 1)
    daemon.kill()
  }
}
