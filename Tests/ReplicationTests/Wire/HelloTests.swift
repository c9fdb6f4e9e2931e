import Testing

@testable import Replication

@Suite struct HelloTests {
  private func decode(_ bytes: [UInt8]) -> HelloLine.Decoding { HelloLine.decode(bytes.span) }

  @Test("the connector's hello is one short line of two words that repcached 2.x ignores")
  func legalText() {
    let line = WireSamples.hello.line
    #expect(line.count < 1024)
    #expect(line.suffix(2) == [13, 10])
    #expect(line.dropLast(2).allSatisfy { $0 > 31 && $0 < 127 })
    #expect(line.count(where: { $0 == 32 }) == 1)
  }

  @Test("the line reads as the hello that was sent, however it is cut")
  func lineRoundTrip() {
    let line = WireSamples.hello.line
    #expect(decode(line + [0, 0]) == .hello(WireSamples.hello, byteCount: line.count))
    for count in 0..<line.count { #expect(decode(Array(line.prefix(count))) == .incomplete) }
  }

  @Test("a frame's payload reads as the hello that was sent, and may be longer than this version knows")
  func payloadRoundTrip() {
    let payload = WireSamples.bytes { WireSamples.hello.encodePayload(into: &$0) }
    let longer = payload + [1, 2]
    #expect(Hello(payload: longer.span, 0..<longer.count) == WireSamples.hello)
    #expect(Hello(payload: payload.span, 0..<payload.count - 1) == nil)
  }

  @Test("anything else is refused at its first wrong byte")
  func otherText() {
    #expect(decode([UInt8]("get x\r\n".utf8)) == .malformed(.notHello))
    #expect(decode([UInt8]("rep k 0 0".utf8)) == .malformed(.notHello))
    #expect(decode([UInt8]("repcached-hello xyz\r\n".utf8)) == .malformed(.helloLine))
    #expect(decode([UInt8]("repcached-hello 00\r\n".utf8)) == .malformed(.helloLine))
    let endless = [UInt8]("repcached-hello ".utf8) + [UInt8](repeating: 48, count: 2000)
    #expect(decode(endless) == .malformed(.helloLine))
  }

  @Test("versions understand each other when each is not older than the other's oldest")
  func versions() {
    var newer = WireSamples.hello
    newer.version = 3
    newer.oldestVersion = 1
    #expect(newer.isUnderstood)
    newer.oldestVersion = 2
    #expect(!newer.isUnderstood)
    newer.version = 0
    newer.oldestVersion = 0
    #expect(!newer.isUnderstood)
  }
}
