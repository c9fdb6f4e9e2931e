import Platform
import Testing

@Suite("Bytes deferred in a byte buffer")
struct ByteBufferDeferredTests {
  let first = 0..<3
  let second = 4..<8

  /// "abc" and "defg" deferred, "hi" readable, of 16 bytes.
  func filled() -> ByteBuffer {
    var buffer = ByteBuffer(capacity: 16)
    buffer.append("abc")
    let first = buffer.deferReadable()
    buffer.append("xdefg")
    buffer.consume(1)
    let second = buffer.deferReadable()
    buffer.append("hi")
    #expect(first == self.first && second == self.second)
    return buffer
  }

  @Test("are not read, and stay whatever is done with what comes after them")
  func stay() {
    var buffer = filled()
    #expect(buffer.text == "hi")
    buffer.consume(1)
    buffer.compact()
    #expect(buffer.text == "i")
    let space = buffer.space
    #expect(space == 7)
    buffer.truncate(toCount: 0)
    buffer.clear()
    buffer.append("12345678")
    buffer.reserve(1)
    buffer.resize(toCapacity: 100)
    #expect(buffer.text == "12345678")
    #expect(buffer.copy(deferred: first).text == "abc")
    #expect(buffer.copy(deferred: second).text == "defg")
  }

  @Test("take space until they are dropped")
  func dropped() {
    var buffer = filled()
    buffer.clear()
    let before = [buffer.deferredCount, buffer.space]
    buffer.dropDeferred()
    let after = [buffer.deferredCount, buffer.space]
    #expect(before == [8, 8] && after == [0, 16])
  }

  @Test("are sent part by part, in any order, and can be sent again")
  func sent() throws {
    let buffer = filled()
    let (near, far) = try Socket.pair()
    for part in [second, first, first.dropFirst(2)] {
      #expect(Socket.send(near, buffer.bytes(deferred: part)) == .bytes(part.count))
    }
    var received = ByteBuffer(capacity: 16)
    _ = received.receive(from: far)
    #expect(received.text == "defgabcc")
    Socket.close(near)
    Socket.close(far)
  }
}
