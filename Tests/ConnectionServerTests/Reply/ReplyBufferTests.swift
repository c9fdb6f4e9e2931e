import Platform
import Testing

@testable import ConnectionServer

/// Segments of one letter each, and which were given back.
struct Letters: SegmentSource, ~Copyable {
  private let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
  private(set) var kept: [UInt32] = []
  private(set) var released: [UInt32] = []

  /// As if they lay in pieces of 1000 bytes.
  @_lifetime(borrow self)
  borrowing func piece(of handle: UInt32, at offset: Int) -> Span<UInt8> {
    bytes.span.extracting(offset..<(offset / 1000 + 1) * 1000)
  }

  mutating func keep(_ handle: UInt32) { kept.append(handle) }
  mutating func release(_ handle: UInt32) { released.append(handle) }
}

@Suite("Replies that wait to be sent")
struct ReplyBufferTests {
  private static func reply() -> ReplyBuffer {
    var reply = ReplyBuffer()
    reply.bytes.append("0123456789")
    reply.pin(1, byteCount: 2000)
    reply.bytes.append("abc")
    reply.pin(2, byteCount: 3000)
    reply.bytes.append("END")
    return reply
  }

  private static func gathered(_ reply: borrowing ReplyBuffer, limit: Int = .max) -> (pieces: Int, bytes: Int) {
    reply.gather(limit: limit, Letters()) { ($0.count, $0.byteCount) }
  }

  @Test("Bytes and segments are lent in the order in which they were written") func order() {
    let all = Self.gathered(Self.reply())
    #expect(all == (8, 5016))
    let some = Self.gathered(Self.reply(), limit: 1500)
    #expect(some == (3, 1500))
  }

  @Test(
    "What is sent is dropped from the beginning, a segment is given back when it is sent as a whole",
    arguments: [0, 1, 10, 11, 2009, 2010, 2013, 3000, 5012, 5013, 5016])
  func consumed(count: Int) {
    var reply = Self.reply()
    var letters = Letters()
    reply.consume(count, releasing: &letters)
    let released = letters.released
    #expect(released == (count >= 5013 ? [1, 2] : count >= 2010 ? [1] : []))
    let rest = Self.gathered(reply).bytes
    #expect(rest == 5016 - count)
    let isEmpty = reply.isEmpty
    #expect(isEmpty == (count == 5016))
  }

  @Test("What was written since a mark can be taken back") func truncated() {
    var reply = ReplyBuffer()
    var letters = Letters()
    reply.bytes.append("keep")
    let mark = reply.mark
    reply.bytes.append("VALUE")
    reply.pin(7, byteCount: 10)
    reply.bytes.append("more")
    reply.truncate(to: mark, releasing: &letters)
    let (text, released, hasSegments) = (reply.bytes.text, letters.released, reply.hasSegments)
    #expect(text == "keep" && released == [7] && !hasSegments)
  }

  @Test("A line put in the place of another keeps what stands behind it, segments too") func replaced() {
    var reply = Self.reply()
    var letters = Letters()
    reply.replace(2..<5, with: "longer line")
    let text = reply.bytes.text
    #expect(text == "01longer line56789abcEND")
    reply.consume(18, releasing: &letters)
    let gap = reply.segments[0].gap
    #expect(gap == 0, "the first segment has moved with the bytes before it")
    reply.replace(100..<101, with: "no such place")
    let rest = reply.bytes.text
    #expect(rest == "abcEND")
  }

  @Test("Bytes put where there was nothing go behind the segments that they are said to be behind") func inserted() {
    for (segmentCount, rest) in [(0, "new"), (1, "")] {
      var reply = ReplyBuffer()
      var letters = Letters()
      reply.bytes.append("head")
      reply.pin(1, byteCount: 10)
      let text = [UInt8]("new".utf8)
      reply.replace(4..<4, with: text.span, behindSegments: segmentCount)
      reply.consume(4 + rest.utf8.count + 10, releasing: &letters)
      let (left, released) = (reply.bytes.text, letters.released)
      #expect(left == (segmentCount == 0 ? "" : "new") && released == [1])
    }
  }

  @Test("Many segments are too many, and so is a very large one") func full() {
    var many = ReplyBuffer()
    for number in 0..<ReplyBuffer.maxSegments {
      let isFull = many.isFull
      #expect(!isFull)
      many.pin(UInt32(number), byteCount: 1)
    }
    var large = ReplyBuffer()
    large.pin(0, byteCount: ReplyBuffer.maxSegmentBytes)
    let areFull = many.isFull && large.isFull
    #expect(areFull)
  }

  @Test("Who waits keeps its segments, who is gone gives them back") func kept() {
    var reply = Self.reply()
    var letters = Letters()
    reply.keepSegments(in: &letters)
    reply.clear(releasing: &letters)
    let (kept, released, isEmpty) = (letters.kept, letters.released.sorted(), reply.isEmpty)
    #expect(kept == [1, 2] && released == [1, 2] && isEmpty)
  }
}
