import Platform
import SystemPackage
import TestSupport
import Testing

@testable import EventLoop

/// Answers that are made elsewhere. The loop is turned by the test, which is the client too.
@Suite("HTTP that waits")
struct HTTPWaitingTests {
  private final class Maker {
    var answer: String?
    var looks = 0
    var bodies: [[UInt8]] = []
    var clients: [SocketAddress?] = []
  }

  private let loop: EventLoop
  private let address: SocketAddress
  private let maker = Maker()
  private var server: HTTPServer?

  init() throws {
    loop = try EventLoop()
    let socket = try Socket.listen(on: .loopback4(port: 0), backlog: 8)
    address = try Socket.localAddress(socket)
    let maker = maker
    let server = try HTTPServer(loop: loop, maxBodyBytes: 100_000) { request in
      maker.bodies.append(request.body)
      maker.clients.append(request.client)
      if request.path == "/now" { return .now(HTTPResponse(status: 200, reason: "OK", body: "now\n")) }
      return .later {
        maker.looks += 1
        return maker.answer.map { HTTPResponse(status: 200, reason: "OK", body: $0) }
      }
    }
    try server.serve(socket)
    self.server = server
  }

  private func turn(until isSo: () -> Bool) -> Bool {
    eventually(within: .seconds(10)) {
      loop.runOnce()
      return isSo()
    }
  }

  private func send(_ request: String, body: [UInt8] = []) throws -> FileDescriptor {
    let socket = try Socket.connect(to: address)
    loop.runOnce()
    let bytes = [UInt8](request.utf8) + body
    _ = Socket.send(socket, bytes.span)
    return socket
  }

  private func received(_ socket: FileDescriptor) -> String {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var target = chunk.mutableSpan
    guard case .bytes(let count) = Socket.receive(socket, into: &target) else { return "" }
    return String(decoding: chunk[..<count], as: UTF8.self)
  }

  @Test("An answer comes when it is there, and others are answered meanwhile") func later() throws {
    let slow = try send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
    let quick = try send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
    defer { for socket in [slow, quick] { Socket.close(socket) } }
    #expect(turn { maker.looks >= 2 })
    #expect(turn { received(quick).hasSuffix("now\n") })
    #expect(received(slow).isEmpty)
    maker.answer = "late\n"
    #expect(turn { received(slow).hasSuffix("late\n") })
    let looks = maker.looks
    for _ in 0..<100 { loop.runOnce() }
    #expect(maker.looks == looks, "it is asked for no more")
  }

  @Test("Who goes away meanwhile costs nothing, and the end neither") func gone() throws {
    let one = try send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(turn { maker.looks >= 1 })
    Socket.close(one)
    for _ in 0..<50 {
      loop.runOnce()
      Thread.sleep(nanoseconds: 1_000_000)
    }
    maker.answer = "late\n"
    let other = try send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
    defer { Socket.close(other) }
    #expect(turn { received(other).hasSuffix("late\n") })
    maker.answer = nil
    let last = try send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
    defer { Socket.close(last) }
    let before = maker.looks
    #expect(turn { maker.looks > before })
  }

  @Test("A body is told as it came, and who sent it") func body() throws {
    let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }
    let socket = try send("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n", body: bytes)
    defer { Socket.close(socket) }
    #expect(turn { received(socket).hasSuffix("now\n") })
    #expect(maker.bodies == [bytes] && maker.clients.first??.isLoopback == true)
    let large = try send("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n")
    defer { Socket.close(large) }
    #expect(turn { received(large).hasPrefix("HTTP/1.1 413") })
  }
}
