import MemcacheProtocol
import TestSupport
import Testing

@Suite("Answers of the binary protocol")
struct BinaryResponseTests {
  private static let request = BinaryHeader(0x0c, opaque: 0x0102_0304, cas: 9)

  private static func answer(_ write: (inout ArraySink) -> Void) -> BinaryAnswer? {
    var sink = ArraySink()
    write(&sink)
    let (answers, rest) = BinaryAnswer.all(sink.bytes)
    return rest == 0 && answers.count == 1 ? answers[0] : nil
  }

  @Test("have a header of 24 bytes, in network order") func header() {
    var sink = ArraySink()
    BinaryResponse.writeHeader(
      Self.request, .notFound, flags: 0x0a0b_0c0d, keyCount: 0x0203, bodyCount: 0x0405_0607, cas: 0x1112_1314_1516_1718,
      to: &sink)
    let expected: [UInt8] = [
      0x81, 0x0c, 2, 3, 4, 0, 0, 1, 4, 5, 6, 7, 1, 2, 3, 4, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 10, 11, 12,
      13,
    ]
    #expect(sink.bytes == expected)
  }

  @Test("have the request's opcode and opaque, and not its cas unique") func names() {
    let answer = Self.answer { BinaryResponse.write(.success, Self.request, to: &$0) }
    #expect(answer?.description == "#\(0x0102_0304) 0c 00")
  }

  @Test("say what failed by memcached's numbers and sentences, and two of our own") func statuses() {
    let sentences: [UInt16: String] = [
      0: "", 1: "Not found", 2: "Data exists for key.", 3: "Too large.", 4: "Invalid arguments", 5: "Not stored.",
      6: "Non-numeric server-side value for incr or decr", 0x20: "Auth failure.", 0x21: "", 0x81: "Unknown command",
      0x82: "Out of memory", 0x83: "Reply too large for UDP", 0x86: "Not stored: the peer refused it",
    ]
    #expect(sentences.count == BinaryStatus.allCases.count)
    for status in BinaryStatus.allCases {
      let answer = Self.answer { BinaryResponse.write(status, Self.request, to: &$0) }
      #expect(answer?.status == status.rawValue && answer?.text == sentences[status.rawValue])
      #expect(answer.map { 24 + $0.value.count <= BinaryResponse.maxCount } == true)
    }
  }

  @Test("have texts, numbers, keys that are not there, and statistics") func bodies() {
    let key = Array("key".utf8)
    let value = Array("7".utf8)
    let answers = [
      Self.answer { BinaryResponse.write("3.0.0", Self.request, to: &$0) },
      Self.answer { BinaryResponse.write(number: 258, Self.request, cas: 1, to: &$0) },
      Self.answer { BinaryResponse.writeMiss(key: key.span, Self.request, to: &$0) },
      Self.answer { BinaryResponse.writeStatistic(key.span, value.span, Self.request, to: &$0) },
    ]
    let opaque = "#\(0x0102_0304) 0c"
    #expect(
      answers.map { $0?.description } == [
        "\(opaque) 00 3.0.0", "\(opaque) 00 cas 0000000000000102", "\(opaque) 01 key=key", "\(opaque) 00 key=key 7",
      ])
  }
}
