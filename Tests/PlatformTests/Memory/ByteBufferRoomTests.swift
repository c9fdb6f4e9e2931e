import Platform
import Testing

@Suite("Room in a byte buffer")
struct ByteBufferRoomTests {
  @Test("is what is there already, if that is enough")
  func enough() {
    var buffer = ByteBuffer(capacity: 8)
    buffer.append("ab")
    buffer.reserve(6)
    let capacity = buffer.capacity
    #expect(capacity == 8)
  }

  @Test("is found by moving what is readable to the front")
  func compacted() {
    var buffer = ByteBuffer(capacity: 8)
    buffer.append("abcdefgh")
    buffer.consume(6)
    buffer.reserve(6)
    #expect(buffer.text == "gh")
    let facts = [buffer.capacity, buffer.space]
    #expect(facts == [8, 6])
  }

  @Test("is made by growing, at least twofold")
  func grown() {
    var buffer = ByteBuffer(capacity: 8)
    buffer.append("abcdefgh")
    buffer.reserve(1)
    let twice = buffer.capacity
    buffer.reserve(1000)
    let space = buffer.space
    #expect(buffer.text == "abcdefgh")
    #expect(twice == 16)
    #expect(space == 1000)
  }
}
