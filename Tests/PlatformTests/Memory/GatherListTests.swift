import Platform
import SystemPackage
import Testing

@Suite("A gather list")
struct GatherListTests {
  @Test("sends its pieces in order, as one")
  func sends() throws {
    let (near, far) = try Socket.pair()
    var header = ByteBuffer(capacity: 16)
    header.append("xVALUE ")
    let value = Array("hello".utf8)
    var list = GatherList(limit: 100)
    list.add(header.bytes.extracting(1..<7))
    list.add(value.span)
    let byteCount = list.byteCount
    #expect(byteCount == 11)
    let sent = list.send(to: near)
    #expect(sent == .bytes(11))
    #expect(Self.drained(far) == Array("VALUE hello".utf8))
    Socket.close(near)
    Socket.close(far)
  }

  @Test("is copied from any place on, as much as there is room for", arguments: [0, 1, 3, 5, 9])
  func copies(offset: Int) {
    let (first, second) = (Array("abc".utf8), Array("defghi".utf8))
    var list = GatherList(limit: 100)
    list.add(first.span)
    list.add(second.span)
    var buffer = ByteBuffer(capacity: 4)
    list.copy(from: offset, to: &buffer)
    #expect(buffer.text == String("abcdefghi".dropFirst(offset).prefix(4)))
  }

  @Test("begun anew at what a short send left, has it all arrive", arguments: [1, 100, 4_096, 70_000])
  func goesOn(limit: Int) throws {
    let (near, far) = try Socket.pair()
    try Socket.setSendBuffer(near, byteCount: 4096)
    let all = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
    var sent = 0
    var received: [UInt8] = []
    while sent < all.count {
      switch Self.send(all.span.extracting(sent...), limit: limit, to: near) {
      case .bytes(let count):
        #expect(count <= limit)
        sent += count
      case .wouldBlock: received += Self.drained(far)
      case .failed(let error): throw error
      }
    }
    received += Self.drained(far)
    #expect(received == all)
    Socket.close(near)
    Socket.close(far)
  }

  @Test("takes no room for empty pieces, and nothing when it is full")
  func bounds() {
    let bytes: [UInt8] = [1, 2, 3]
    var list = GatherList(limit: 1_000)
    list.add(bytes.span.extracting(0..<0))
    let none = list.count
    while !list.isFull { list.add(bytes.span) }
    list.add(bytes.span)
    let facts = [none, list.count, list.byteCount]
    #expect(facts == [0, GatherList.capacity, GatherList.capacity * 3])
  }

  @Test("cuts the piece that goes beyond the limit")
  func limit() throws {
    let (near, far) = try Socket.pair()
    let bytes: [UInt8] = [1, 2, 3]
    var list = GatherList(limit: 5)
    for _ in 0..<3 { list.add(bytes.span) }
    let facts = [list.count, list.byteCount, list.isFull ? 1 : 0]
    #expect(facts == [2, 5, 1])
    let sent = list.send(to: near)
    #expect(sent == .bytes(5))
    #expect(Self.drained(far) == [1, 2, 3, 1, 2])
    Socket.close(near)
    Socket.close(far)
  }

  @Test("says that the peer has gone, without a signal")
  func peerGone() throws {
    let (near, far) = try Socket.pair()
    Socket.close(far)
    let bytes: [UInt8] = [1]
    var list = GatherList(limit: 5)
    list.add(bytes.span)
    let sent = list.send(to: near)
    #expect(sent == .failed(.brokenPipe))
    Socket.close(near)
  }

  /// One send of the bytes in pieces of 1, 2, 3 and so on.
  private static func send(_ bytes: Span<UInt8>, limit: Int, to socket: FileDescriptor) -> Sent {
    var list = GatherList(limit: limit)
    var position = 0
    while position < bytes.count, !list.isFull {
      let end = min(position + list.count + 1, bytes.count)
      list.add(bytes.extracting(position..<end))
      position = end
    }
    return list.send(to: socket)
  }

  private static func drained(_ socket: FileDescriptor) -> [UInt8] {
    var received = ByteBuffer(capacity: 1 << 20)
    while case .bytes = received.receive(from: socket) {}
    return received.contents
  }
}
