import Platform
import Testing

@Suite("A byte buffer that takes several pieces at once")
struct ByteBufferPiecesTests {
  private func text(_ bytes: [UInt8]) -> ByteBuffer.ShortText {
    (bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }, bytes.count)
  }

  private func bytes(_ count: Int, _ first: UInt8) -> [UInt8] { (0..<count).map { first &+ UInt8($0 & 63) } }

  @Test("holds them in order, whatever their lengths and whether there is room to spare")
  func pieces() {
    for first in [0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 100, 250] {
      for second in [0, 1, 8, 100] {
        for short in [0, 1, 7, 8] {
          let parts = [bytes(6, 1), bytes(first, 20), bytes(short, 3), bytes(8, 90), bytes(second, 100), bytes(2, 250)]
          let count = parts.map(\.count).reduce(0, +)
          for spare in [0, 1, 7, 8, 9, 50] {
            var buffer = ByteBuffer(capacity: 3 + count + spare)
            buffer.append("abc")
            let (key, value) = (parts[1], parts[4])
            buffer.append(
              text(parts[0]), key.span, text(parts[2]), text(parts[3]), value.span, text(parts[5]))
            #expect(buffer.contents == Array("abc".utf8) + parts.joined())
            let space = buffer.space
            #expect(space == spare)
          }
        }
      }
    }
  }

  @Test("holds a run between two texts, too")
  func run() {
    for count in [0, 1, 8, 100] {
      for short in [0, 1, 8] {
        let parts = [bytes(short, 1), bytes(count, 20), bytes(2, 250)]
        for spare in [0, 1, 7, 8, 9] {
          var buffer = ByteBuffer(capacity: parts.map(\.count).reduce(0, +) + spare)
          let value = parts[1]
          buffer.append(text(parts[0]), value.span, text(parts[2]))
          #expect(buffer.contents == Array(parts.joined()))
          let space = buffer.space
          #expect(space == spare)
        }
      }
    }
  }
}
