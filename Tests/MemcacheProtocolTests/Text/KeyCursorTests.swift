import MemcacheProtocol
import Testing

@Suite("The key cursor")
struct KeyCursorTests {
  @Test("takes ten thousand keys one by one, and again from a copy")
  func many() {
    let keys = (0..<10_000).map { "key:\($0)" }
    let bytes = Array(("gets " + keys.joined(separator: " ") + "\r\nversion\r\n").utf8)
    guard case .request(.get(let list, _), _) = TextParser.parse(bytes.span) else {
      Issue.record("not read as gets")
      return
    }
    for _ in 0..<2 {
      var cursor = list.cursor
      for key in keys {
        guard case .key(let range) = cursor.next(in: bytes.span) else {
          Issue.record("\(key) is missing")
          return
        }
        #expect(string(range, in: bytes.span) == key)
      }
      #expect(cursor.next(in: bytes.span) == .end)
      #expect(cursor.next(in: bytes.span) == .end)
    }
  }

  @Test("tells a key that is too long after good ones")
  func tooLong() {
    let bytes = Array("get a \(longestKey) \(tooLongKey) b\r\n".utf8)
    guard case .request(.get(let list, _), let count) = TextParser.parse(bytes.span) else {
      Issue.record("not read as get")
      return
    }
    #expect(count == bytes.count)
    var cursor = list.cursor
    #expect(cursor.next(in: bytes.span) == .key(ByteRange(start: 4, count: 1)))
    #expect(cursor.next(in: bytes.span) == .key(ByteRange(start: 6, count: 250)))
    #expect(cursor.next(in: bytes.span) == .tooLong)
  }
}
