import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

@testable import EventLoop

/// The loop is turned by the test, which is the client too.
@Suite("HTTP")
struct HTTPServerTests {
  private let loop: EventLoop
  private let server: HTTPServer
  private let address: SocketAddress
  private let asked: Recorder
  private let clock = Clock()

  private final class Clock { var now: UInt64 = 1_000_000_000_000 }

  /// What was asked.
  private final class Recorder {
    var requests: [HTTPRequest] = []
  }

  init() throws {
    let asked = Recorder()
    let loop = try EventLoop()
    let socket = try Socket.listen(on: .loopback4(port: 0), backlog: 64)
    (self.loop, self.asked) = (loop, asked)
    address = try Socket.localAddress(socket)
    let clock = clock
    server = try HTTPServer(
      loop: loop, maxConnections: 4, maxBodyBytes: HTTPServer.maxPartBytes, now: { clock.now }
    ) { request in
      var plain = request
      (plain.client, plain.query) = (nil, "")
      asked.requests.append(plain)
      return .now(
        HTTPResponse(status: 200, reason: "OK", headers: [("X-Test", "yes")], body: "answer to \(request.path)\n"))
    }
    try server.serve(socket)
  }

  /// Turns the loop until it is so.
  private func turn(within limit: Duration = .seconds(10), until isSo: () -> Bool) -> Bool {
    eventually(within: limit) {
      loop.runOnce()
      return isSo()
    }
  }

  private final class Peer {
    let socket: FileDescriptor
    var text = ""
    var isClosed = false

    init(_ address: SocketAddress) throws { socket = try Socket.connect(to: address) }
    deinit { close() }

    func close() {
      if !isClosed { Socket.close(socket) }
      isClosed = true
    }

    func send(_ request: String) {
      let bytes = [UInt8](request.utf8)
      _ = Socket.send(socket, bytes.span)
    }

    /// Takes what is at hand; whether the other side has closed.
    func read() -> Bool {
      var chunk = [UInt8](repeating: 0, count: 65_536)
      var target = chunk.mutableSpan
      switch Socket.receive(socket, into: &target) {
      case .bytes(let count): text += String(decoding: chunk[..<count], as: UTF8.self)
      case .wouldBlock: break
      case .closed, .failed: return true
      }
      return false
    }
  }

  private func connect() throws -> Peer {
    let peer = try Peer(address)
    loop.runOnce()
    return peer
  }

  private func answer(_ request: String) throws -> String {
    let peer = try connect()
    peer.send(request)
    var isAtEnd = false
    _ = turn {
      isAtEnd = peer.read() || isAtEnd
      return isAtEnd || peer.text.hasSuffix("\n") && peer.text.contains("\r\n\r\n") && !peer.text.hasSuffix("\r\n\r\n")
    }
    return peer.text
  }

  @Test("A request is told with path, host and accept, and answered whole") func get() throws {
    let text = try answer("GET /metrics?x=1#y HTTP/1.1\r\nhost: a:1\r\nAccept: text/plain\r\n\r\n")
    #expect(asked.requests == [HTTPRequest(path: "/metrics", host: "a:1", accept: "text/plain")])
    #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("\r\n\r\nanswer to /metrics\n"), "\(text)")
    #expect(text.contains("\r\nX-Test: yes\r\n") && text.contains("\r\nContent-Length: 19\r\n"))
  }

  @Test(
    "A whole URI names the host, whatever the header says",
    arguments: [("http://b:2/metrics?x", "/metrics", "b"), ("http://[::1]:2/", "/", "[::1]"), ("http://b", "/", "b")])
  func absolute(uri: String, path: String, host: String) throws {
    _ = try answer("GET \(uri) HTTP/1.1\r\nHost: a:1\r\n\r\n")
    #expect(asked.requests == [HTTPRequest(path: path, host: host)])
  }

  @Test("A HEAD has the length of the answer and not the answer") func head() throws {
    let peer = try connect()
    peer.send("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\nGET /g HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(turn { !peer.read() && peer.text.hasSuffix("answer to /g\n") })
    #expect(asked.requests.map(\.method) == [.head, .get])
    #expect(peer.text.components(separatedBy: "answer to").count == 2, "\(peer.text)")
    #expect(peer.text.contains("Content-Length: 13\r\n"))
  }

  @Test("What would change something is told as that", arguments: ["POST", "PUT", "DELETE", "OPTIONS"])
  func other(method: String) throws {
    _ = try answer("\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
    #expect(asked.requests.map(\.method) == [method == "POST" ? .post : .other])
    #expect(asked.requests.allSatisfy { !$0.isReading })
  }

  @Test(
    "What is no request, or too long, is refused, and asks nobody",
    arguments: [
      "nonsense\r\n\r\n", "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nA: \(String(repeating: "a", count: 20_000))\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n", "GET / HTTP/1.1\r\nno header\r\n\r\n",
    ])
  func refused(request: String) throws {
    let peer = try connect()
    peer.send(request)
    #expect(turn { peer.read() || peer.text.contains("\r\n\r\n") })
    #expect(!peer.text.hasPrefix("HTTP/1.1 200") && asked.requests.isEmpty, "\(peer.text)")
  }

  @Test("Who asks at once is answered, however many sit there and dribble") func crowd() throws {
    var dribblers: [Peer] = []
    for _ in 0..<12 {
      let peer = try connect()
      peer.send("GET / HTTP/1.1\r\nHost: a")
      dribblers.append(peer)
      #expect(try answer("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").hasPrefix("HTTP/1.1 200"))
    }
    #expect(turn { dribblers.count { $0.read() } >= 8 })
    #expect(turn { server.connectionCount <= 4 })
  }

  @Test("A request that does not come to its end is given up, whatever still comes of it") func dribble() throws {
    let peer = try connect()
    peer.send("GET / HTTP/1.1\r\nHost: a")
    #expect(!turn(within: .milliseconds(20)) { peer.read() })
    clock.now += HTTPConnectionTable.maxRequest - 1
    peer.send("b")
    #expect(!turn(within: .milliseconds(300)) { peer.read() })
    clock.now += 1
    #expect(turn { peer.read() } && asked.requests.isEmpty)
  }

  @Test("A connection is not kept for ever, whoever uses it") func age() throws {
    let peer = try connect()
    for _ in 0..<40 {
      peer.text = ""
      peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let isThere = turn { peer.read() || peer.text.hasSuffix("answer to /\n") }
      #expect(isThere)
      clock.now += 8_000_000_000
    }
    #expect(turn { peer.read() })
  }

  @Test(
    "What another could read in another way is refused, and its connection closed",
    arguments: [
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    ])
  func unclear(request: String) throws {
    let peer = try connect()
    peer.send(request + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(turn { peer.read() })
    #expect(peer.text.hasPrefix("HTTP/1.1 400") && asked.requests.isEmpty, "\(peer.text)")
  }

  @Test("A client that comes and goes leaves nothing behind") func comingAndGoing() throws {
    for _ in 0..<50 {
      let peer = try connect()
      peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(turn { !peer.read() && !peer.text.isEmpty })
    }
    #expect(asked.requests.count == 50)
    #expect(turn { server.connectionCount <= 4 })
  }
}
