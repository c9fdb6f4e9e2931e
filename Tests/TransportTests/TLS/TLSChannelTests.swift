import Platform
import SystemPackage
import TestSupport
import Testing
import Transport

@Suite("A TLS channel")
struct TLSChannelTests {
  private let authority: Authority
  private let server: TLSCredentials
  private let client: TLSCredentials

  init() throws {
    authority = try Authority()
    server = try authority.credentials("server")
    client = try authority.credentials("client", verification: .require)
  }

  private func pair(sendBuffer: Int? = nil) throws -> ChannelPair {
    let pair = try ChannelPair(server, client: client, sendBuffer: sendBuffer)
    try #require(pair.handshake() == .established)
    return pair
  }

  @Test("What one side sends the other receives, both ways") func bothWays() throws {
    let pair = try pair()
    #expect(pair.client.send("ping") == .bytes(4))
    #expect(pair.server.receive(room: 64).text == "ping")
    #expect(pair.server.send("pong") == .bytes(4))
    #expect(pair.client.receive(room: 64).text == "pong")
    #expect(pair.server.receive(room: 64).received == .wouldBlock)
  }

  @Test("Records of one byte come out together, as many as have come") func oneByte() throws {
    let pair = try pair()
    let text = String((0..<100).map { Character(UnicodeScalar(UInt8(97 + $0 % 26))) })
    for byte in text { #expect(pair.client.send(String(byte)) == .bytes(1)) }
    #expect(pair.server.receive(room: 1000).text == text)
    #expect(!pair.server.hasBufferedInput)
  }

  @Test("What it holds and has not handed out it tells of, and the kernel is not asked for it") func buffered() throws {
    let pair = try pair()
    let text = String(repeating: "v", count: 10_000)
    #expect(pair.client.send(text) == .bytes(10_000))
    #expect(pair.server.receive(room: 4000).received == .bytes(4000))
    #expect(pair.server.hasBufferedInput)
    #expect(pair.server.receive(room: 4000).received == .bytes(4000))
    #expect(pair.server.receive(room: 4000).received == .bytes(2000))
    #expect(!pair.server.hasBufferedInput)
  }

  @Test("Half a record is nothing that it could hand out") func halfRecord() throws {
    let pair = try pair()
    let half: [UInt8] = [23, 3, 3, 0, 200, 1, 2, 3]
    #expect(Socket.send(pair.sockets.client, half.span) == .bytes(8))
    #expect(pair.server.receive(room: 64).received == .wouldBlock)
    #expect(!pair.server.hasBufferedInput, "or its worker would look again and again")
  }

  @Test("What was refused for want of room is offered again, with more behind it, and comes once") func retried() throws
  {
    let pair = try pair(sendBuffer: 4096)
    let text = String((0..<200_000).map { Character(UnicodeScalar(UInt8(97 + $0 % 23))) })
    let bytes = [UInt8](text.utf8)
    var (sent, received, blocked) = (0, "", 0)
    // A step brings 3000 bytes, or the rest of a record: a thousand are ten times as many as it takes.
    for _ in 0..<1000 where received.utf8.count < bytes.count {
      let end = min(bytes.count, sent + 20_000 + blocked * 100)
      switch pair.server.send(bytes.span.extracting(sent..<end)) {
      case .bytes(let count): sent += count
      case .wouldBlock: blocked += 1
      case .failed(let error): throw error
      }
      received += pair.client.receive(room: 3000).text
    }
    #expect(received == text)
    #expect(blocked > 0, "the socket should have been full")
  }

  @Test("Pieces go through a buffer, in their order, however small that is") func pieces() throws {
    let pair = try pair()
    let first = [UInt8](repeating: 65, count: 3000)
    let second = [UInt8](repeating: 66, count: 5)
    let third = [UInt8](repeating: 67, count: 9000)
    var list = GatherList(limit: 11_000)
    list.add(first.span)
    list.add(second.span)
    list.add(third.span)
    var buffer = ByteBuffer(capacity: 1024)
    #expect(pair.server.send(list, through: &buffer) == .bytes(11_000))
    let text = pair.client.receive(room: 20_000).text
    #expect(text == String(repeating: "A", count: 3000) + "BBBBB" + String(repeating: "C", count: 7995))
  }

  // MARK: Ends

  @Test("Who takes leave is heard to the last byte, and may still be answered") func leave() throws {
    let pair = try pair()
    #expect(pair.client.send("last") == .bytes(4))
    pair.closeClient()
    let last = pair.server.receive(room: 64)
    #expect(last.text == "last" && last.received == .bytes(4))
    #expect(pair.server.receive(room: 64).received == .closed)
    #expect(pair.server.receive(room: 64).received == .closed, "it stays so")
    #expect(server.counters.protocolErrors == 0)
  }

  @Test("Who goes without a word is an end, and no error of the protocol") func gone() throws {
    let pair = try pair()
    Socket.shutdownSending(pair.sockets.client)
    #expect(pair.server.receive(room: 64).received == .closed)
    #expect(server.counters.protocolErrors == 0)
  }

  @Test("An end behind bytes is told after them, and of it is told before the kernel would") func endBehindBytes()
    throws
  {
    let pair = try pair()
    #expect(pair.client.send("a") == .bytes(1))
    let garbage = [UInt8](repeating: 0xff, count: 100)
    _ = Socket.send(pair.sockets.client, garbage.span)
    #expect(pair.server.receive(room: 64).received == .bytes(1))
    #expect(pair.server.hasBufferedInput)
    guard case .failed = pair.server.receive(room: 64).received else {
      Issue.record("garbage is a failure")
      return
    }
    #expect(server.counters.protocolErrors == 1)
    #expect(pair.server.send("x") == .failed(.brokenPipe))
  }

  @Test("Garbage instead of a handshake fails it, in words") func garbage() throws {
    let pair = try ChannelPair(server, client: client)
    let garbage = [UInt8](("GET / HTTP/1.0\r\n\r\n" + String(repeating: "x", count: 200)).utf8)
    _ = Socket.send(pair.sockets.client, garbage.span)
    guard case .failed(let why) = pair.server.handshake() else {
      Issue.record("it should have failed")
      return
    }
    #expect(why == "http request")
  }

  // MARK: Who it is

  @Test("Who must show a certificate and has none is refused, and so is one of another authority") func required()
    throws
  {
    let strict = try authority.credentials("strict", verification: .require)
    let stranger = try Authority().credentials("stranger")
    let refused = try ChannelPair(strict, client: stranger)
    guard case .failed(_, let why) = refused.handshake() else {
      Issue.record("it should have failed")
      return
    }
    #expect(why == "certificate verify failed: self-signed certificate in certificate chain")
    #expect(try ChannelPair(strict, client: client).handshake() == .established)
  }

  @Test("A certificate that has expired is refused, by either side") func expired() throws {
    let old = try authority.credentials("old", days: -1)
    guard case .failed(let why, _) = try ChannelPair(old, client: client).handshake() else {
      Issue.record("it should have failed")
      return
    }
    #expect(why == "certificate verify failed: certificate has expired")
    let strict = try authority.credentials("strict", verification: .require)
    guard case .failed(_, let whyNot) = try ChannelPair(strict, client: old).handshake() else {
      Issue.record("it should have failed")
      return
    }
    #expect(whyNot == "certificate verify failed: certificate has expired")
  }

  @Test("A name that is asked for must be in the certificate, and so must an address") func names() throws {
    #expect(try ChannelPair(server, client: client, name: "localhost").handshake() == .established)
    #expect(try ChannelPair(server, client: client, name: "127.0.0.1").handshake() == .established)
    let faults = [("other", "hostname mismatch"), ("127.0.0.2", "IP address mismatch")]
    for (name, fault) in faults {
      guard case .failed(let why, _) = try ChannelPair(server, client: client, name: name).handshake() else {
        Issue.record("\(name) should have failed")
        continue
      }
      #expect(why == "certificate verify failed: \(fault)")
    }
  }

  @Test("For a pair both must show one, and speak TLS 1.3") func pairs() throws {
    let (one, other) = (
      try authority.credentials("one", for: .pair), try authority.credentials("other", for: .pair)
    )
    #expect(try ChannelPair(one, client: other, name: "localhost").handshake() == .established)
    let stranger = try Authority().credentials("stranger", for: .pair) {
      $0.authorities = authority.certificates.authority
    }
    #expect(try ChannelPair(one, client: stranger).handshake() != .established)
  }
}
