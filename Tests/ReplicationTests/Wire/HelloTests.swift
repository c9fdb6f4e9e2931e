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

  @Test("a frame's payload reads as the hello that was sent, whole and without more behind it")
  func payloadRoundTrip() {
    var hello = WireSamples.hello
    hello.fields = HelloFields(limits: PeerLimits(memory: 64 << 20, maxItemSize: 1 << 20, hasCAS: false))
    hello.hasSecret = true
    let payload = WireSamples.bytes { hello.encodePayload(into: &$0) }
    #expect(payload.count == hello.byteCount)
    #expect(Hello(payload: payload.span, 0..<payload.count) == hello)
    let longer = payload + [1]
    #expect(Hello(payload: longer.span, 0..<longer.count) == nil)
    for count in 0..<payload.count { #expect(Hello(payload: payload.span, 0..<count) == nil) }
  }

  @Test("what a later version adds is kept, and ignored: features, flags, fields")
  func newer() throws {
    var newer = WireSamples.hello
    newer.version = 2
    newer.features = HelloFeatures(rawValue: .max)
    let limits = HelloFields(limits: PeerLimits(memory: 1, maxItemSize: 2)).bytes
    // Its field of limits is longer by two bytes, and one of a kind that is not known follows.
    let fields = [1, 19] + limits.dropFirst(2) + [9, 9, 77, 3, 1, 2, 3]
    let plain = WireSamples.bytes { newer.encodePayload(into: &$0) }
    let bytes = plain.dropLast(34) + [0, UInt8(fields.count)] + fields + plain.suffix(32)
    let read = try #require(WireSamples.readHello(Array(bytes)))
    #expect(read.isUnderstood && read.fields.limits == PeerLimits(memory: 1, maxItemSize: 2))
    #expect(WireSamples.bytes { read.encodePayload(into: &$0) } == Array(bytes))
    let joining = LinkParameters(role: .master, peer: read, nodeBit: 0, address: "")
    #expect(joining.version == 1 && joining.features == .supported)
    #expect(decode(read.line) == .hello(read, byteCount: read.line.count))
  }

  @Test("the longest hello is a legal line and a legal frame")
  func longest() throws {
    let plain = WireSamples.bytes { WireSamples.hello.encodePayload(into: &$0) }
    let fields = [200, UInt8(HelloFields.maxBytes - 2)] + [UInt8](repeating: 5, count: HelloFields.maxBytes - 2)
    let bytes = plain.dropLast(34) + [0, UInt8(fields.count)] + fields + plain.suffix(32)
    let hello = try #require(WireSamples.readHello(Array(bytes)))
    #expect(hello.line.count < Hello.maxLineLength && decode(hello.line) == .hello(hello, byteCount: hello.line.count))
    #expect(WireSamples.bytes { FrameEncoder.hello(hello, into: &$0) }.count <= FrameEncoder.controlCount)
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
