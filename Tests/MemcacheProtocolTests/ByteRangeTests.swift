import MemcacheProtocol
import Testing

@Suite("A byte range")
struct ByteRangeTests {
  @Test("names bytes of the input")
  func bytes() {
    let input = Array("get key".utf8)
    let range = ByteRange(start: 4, count: 3)
    #expect(range.lowerBound == 4)
    #expect(range.upperBound == 7)
    #expect(string(range, in: input.span) == "key")
    #expect(string(.none, in: input.span) == "")
    #expect(ByteRange.none.isEmpty)
  }
}
