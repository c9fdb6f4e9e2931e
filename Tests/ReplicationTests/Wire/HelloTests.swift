import Testing

@testable import Replication

@Suite struct HelloTests {
  @Test("the connector's hello is one short line of two words that repcached 2.x ignores")
  func legalText() throws {
    let line = WireSamples.hello.line
    #expect(line.count < 1024)
    #expect(line.suffix(2) == [13, 10])
    #expect(line.dropLast(2).allSatisfy { $0 > 31 && $0 < 127 })
    #expect(line.count(where: { $0 == 32 }) == 1)
  }

  @Test("the line reads as the hello that was sent, however it is cut")
  func lineRoundTrip() {
    let line = WireSamples.hello.line
    #expect(HelloLine.decode((line + [0, 0]).span) == .hello(WireSamples.hello, byteCount: line.count))
    for count in 0..<line.count { #expect(HelloLine.decode(line.span.extracting(first: count)) == .incomplete) }
  }

  @Test("a frame's payload reads as the hello that was sent, and may be longer than this version knows")
  func payloadRoundTrip() {
    let payload = WireSamples.bytes { WireSamples.hello.encodePayload(into: &$0) }
    #expect(Hello(payload: (payload + [1, 2]).span, 0..<payload.count + 2) == WireSamples.hello)
    #expect(Hello(payload: payload.span, 0..<payload.count - 1) == nil)
  }

  @Test("anything else is refused at its first wrong byte")
  func otherText() {
    #expect(HelloLine.decode([UInt8]("get x\r\n".utf8).span) == .malformed(.notHello))
    #expect(HelloLine.decode([UInt8]("rep".utf8).span) == .malformed(.notHello))
    #expect(HelloLine.decode([UInt8]("repcached-hello xyz\r\n".utf8).span) == .malformed(.helloLine))
    #expect(HelloLine.decode([UInt8]("repcached-hello 00\r\n".utf8).span) == .malformed(.helloLine))
    let endless = [UInt8]("repcached-hello ".utf8) + [UInt8](repeating: 48, count: 2000)
    #expect(HelloLine.decode(endless.span) == .malformed(.helloLine))
  }

  @Test("versions understand each other when each is not older than the other's oldest")
  func versions() {
    var newer = WireSamples.hello
    newer.version = 3
    newer.oldestVersion = 1
    #expect(newer.understands(WireSamples.hello) && WireSamples.hello.understands(newer))
    newer.oldestVersion = 2
    #expect(!newer.understands(WireSamples.hello) && !WireSamples.hello.understands(newer))
  }
}
