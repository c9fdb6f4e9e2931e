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
    var list = GatherList()
    unsafe list.add(header, 1..<7)
    unsafe list.add(value.span)
    let byteCount = list.byteCount
    #expect(byteCount == 11)
    let sent = list.send(to: near)
    #expect(sent == .bytes(11))
    var received = ByteBuffer(capacity: 64)
    _ = received.receive(from: far)
    #expect(received.text == "VALUE hello")
    let isEmpty = list.isEmpty
    #expect(isEmpty)
    Socket.close(near)
    Socket.close(far)
  }

  @Test("goes on where a short send stopped, until all has arrived")
  func goesOn() throws {
    let (near, far) = try Socket.pair()
    try Socket.setSendBuffer(near, byteCount: 4096)
    let pieces = (0..<64).map { piece in [UInt8](repeating: UInt8(piece), count: 1 + piece * 113) }
    var list = GatherList()
    for piece in pieces { unsafe list.add(piece.span) }
    let isFull = list.isFull
    #expect(isFull)
    var received = ByteBuffer(capacity: 1 << 20)
    var shortSends = 0
    while true {
      if list.isEmpty { break }
      if list.send(to: near) == .wouldBlock {
        shortSends += 1
        _ = received.receive(from: far)
      }
    }
    while case .bytes = received.receive(from: far) {}
    #expect(shortSends > 0)
    #expect(received.contents == pieces.flatMap { $0 })
    Socket.close(near)
    Socket.close(far)
  }

  @Test("takes no room for empty pieces, and forgets all when cleared")
  func clears() {
    var list = GatherList()
    let nothing: [UInt8] = []
    let bytes: [UInt8] = [1]
    unsafe list.add(nothing.span)
    let none = list.count
    unsafe list.add(bytes.span)
    let one = list.count
    list.clear()
    let facts = [none, one, list.count, list.byteCount]
    #expect(facts == [0, 1, 0, 0])
  }

  @Test("says that the peer has gone, without a signal")
  func peerGone() throws {
    let (near, far) = try Socket.pair()
    Socket.close(far)
    var list = GatherList()
    let bytes: [UInt8] = [1]
    unsafe list.add(bytes.span)
    let sent = list.send(to: near)
    #expect(sent == .failed(.brokenPipe))
    Socket.close(near)
  }
}
