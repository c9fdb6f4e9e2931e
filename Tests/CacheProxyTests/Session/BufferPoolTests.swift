import Platform
import Testing

@testable import CacheProxy

struct BufferPoolTests {
  @Test func `bytes are counted, and given back with their buffer`() {
    var bufferPool = BufferPool()
    let one = bufferPool.take()
    let two = bufferPool.take()
    bufferPool.append("hello", to: one)
    let bytes: [UInt8] = [1, 2, 3]
    bufferPool.append(bytes.span, to: two)
    let count = bufferPool.with(one) { $0.count }
    #expect(bufferPool.byteCount == 8)
    #expect(count == 5)
    bufferPool.giveBack(one)
    #expect(bufferPool.byteCount == 3)
    let again = bufferPool.take()
    #expect(again == one)
    bufferPool.clear(two)
    #expect(bufferPool.byteCount == 0)
  }

  @Test func `one that has grown is no longer kept`() {
    var bufferPool = BufferPool()
    let number = bufferPool.take()
    let bytes = [UInt8](repeating: 0, count: 100_000)
    bufferPool.append(bytes.span, to: number)
    let count = bufferPool.with(number) { $0.count }
    #expect(count == 100_000)
    bufferPool.giveBack(number)
    #expect(bufferPool.byteCount == 0)
  }
}
