import ItemStore
import Platform
import Testing

@testable import CacheServer
@testable import ItemStore

@Suite("Values between the bytes of the output")
struct InsertTests {
  static func insert(_ valueCount: Int, gap: Int) -> Insert {
    Insert(HeldValue(item: PinnedItem(reference: 1, valueCount: valueCount)), gap: gap)
  }

  @Test("What is sent is the output before a value, then the value, then what stands behind", arguments: 0...25)
  func dropped(count: Int) {
    var output = ByteBuffer(capacity: 100)
    output.append("0123456789abcdef")
    var insert = Self.insert(12, gap: 10)
    let rest = insert.drop(count, from: &output)
    let facts = [output.count, insert.gap, insert.sent, insert.unsent, rest]
    let before = min(count, 10)
    let within = min(max(count - 10, 0), 12)
    #expect(facts == [16 - before, 10 - before, within, 12 - within, max(count - 22, 0)])
    #expect(insert.isSent == (count >= 22))
  }

  @Test("Many small ones are too many, and so is one that is very large")
  func full() {
    let one = [Self.insert(10, gap: 1)]
    #expect(!one.isFull && one.gaps == 1)
    #expect([Self.insert(Insert.mostBytesWaiting, gap: 1)].isFull)
    let many = Array(repeating: Self.insert(10, gap: 2), count: Insert.mostWaiting)
    #expect(many.isFull && many.gaps == 2 * Insert.mostWaiting)
    #expect(!many.dropFirst().map { $0 }.isFull)
  }
}
