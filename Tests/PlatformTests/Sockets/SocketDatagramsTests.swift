import Platform
import SystemPackage
import Testing

@Suite("Datagrams")
struct SocketDatagramsTests {
  private let (one, other): (FileDescriptor, FileDescriptor)
  private let (addressOfOne, addressOfOther): (SocketAddress, SocketAddress)

  init() throws {
    one = try Socket.bindDatagrams(to: .loopback4(port: 0))
    other = try Socket.bindDatagrams(to: .loopback4(port: 0))
    (addressOfOne, addressOfOther) = (try Socket.localAddress(one), try Socket.localAddress(other))
  }

  private func end() { for socket in [one, other] { Socket.close(socket) } }

  @Test("come one by one, with their senders, an empty one too") func exchange() {
    defer { end() }
    for text in ["first", "", "third"] {
      #expect(Socket.send(one, Array(text.utf8).span, to: addressOfOther) == .bytes(text.utf8.count))
    }
    for text in ["first", "", "third"] {
      var buffer = ByteBuffer(capacity: 100)
      #expect(
        buffer.receiveDatagram(from: other) == .datagram(byteCount: text.utf8.count, sender: addressOfOne))
      #expect(buffer.text == text)
    }
    var buffer = ByteBuffer(capacity: 100)
    #expect(buffer.receiveDatagram(from: other) == .wouldBlock)
  }

  @Test("are cut to the space there is") func cut() {
    defer { end() }
    _ = Socket.send(one, Array("first".utf8).span, to: addressOfOther)
    var buffer = ByteBuffer(capacity: 3)
    #expect(buffer.receiveDatagram(from: other) == .datagram(byteCount: 3, sender: addressOfOne))
    #expect(buffer.text == "fir")
  }

  @Test("are gathered from pieces") func gathered() {
    defer { end() }
    let (head, tail) = (Array("head".utf8), Array("tail".utf8))
    var list = GatherList(limit: 6)
    list.add(head.span)
    list.add(tail.span)
    #expect(list.send(to: one, at: addressOfOther) == .bytes(6))
    var buffer = ByteBuffer(capacity: 100)
    _ = buffer.receiveDatagram(from: other)
    #expect(buffer.text == "headta")
  }

  @Test("can be thrown away") func dropped() {
    defer { end() }
    for text in ["first", "second"] { _ = Socket.send(one, Array(text.utf8).span, to: addressOfOther) }
    #expect(Socket.dropDatagram(other) && Socket.dropDatagram(other) && !Socket.dropDatagram(other))
  }

  @Test("come to any descriptor of their socket, and a port in use is an error") func descriptors() throws {
    let copy = try Socket.duplicate(other)
    _ = Socket.send(one, Array("first".utf8).span, to: addressOfOther)
    var buffer = ByteBuffer(capacity: 100)
    #expect(buffer.receiveDatagram(from: copy) == .datagram(byteCount: 5, sender: addressOfOne))
    #expect(throws: Errno.addressInUse) { try Socket.bindDatagrams(to: addressOfOther) }
    Socket.close(copy)
    end()
  }
}
