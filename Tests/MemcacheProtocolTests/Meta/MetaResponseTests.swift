import MemcacheProtocol
import Testing

@Suite("Answers of the meta commands")
struct MetaResponseTests {
  /// What a session of the server sees to before each answer.
  private static let answerRoom = 512

  @Test("begin with two letters")
  func statuses() {
    let words: [MetaStatus: String] = [
      .done: "HD", .miss: "EN", .notStored: "NS", .exists: "EX", .notFound: "NF", .noop: "MN",
    ]
    #expect(words.count == MetaStatus.allCases.count)
    for status in MetaStatus.allCases {
      var sink = ArraySink()
      MetaResponse.write(status, to: &sink)
      #expect(sink.text == words[status])
    }
  }

  @Test("have flags with numbers, words and keys behind them")
  func flags() {
    var sink = ArraySink()
    MetaResponse.writeValueStatus(valueCount: 12, to: &sink)
    MetaResponse.writeFlag(UInt8(ascii: "c"), .max, to: &sink)
    MetaResponse.writeTimeToLive(nil, to: &sink)
    MetaResponse.writeTimeToLive(30, to: &sink)
    let (opaque, key) = (Array("Oabc".utf8), Array("foo".utf8))
    MetaResponse.writeWord(opaque.span, to: &sink)
    MetaResponse.writeKey(key.span, inBase64: false, to: &sink)
    MetaResponse.writeKey(key.span, inBase64: true, to: &sink)
    MetaResponse.writeFlag(UInt8(ascii: "W"), to: &sink)
    MetaResponse.writeNewline(to: &sink)
    #expect(sink.text == "VA 12 c18446744073709551615 t-1 t30 Oabc kfoo kZm9v b W\r\n")
  }

  @Test("of a short value alone are the value between two line ends")
  func values() {
    for count in [0, 1, 9, 10, 99, 100, 999] {
      let value = [UInt8](repeating: 0x61, count: count)
      var sink = ArraySink()
      MetaResponse.writeShortValue(value.span, to: &sink)
      #expect(sink.text == "VA \(count)\r\n\(String(repeating: "a", count: count))\r\n")
    }
  }

  @Test("tell how many digits a number has")
  func numbers() {
    for (number, digits) in [(UInt64(0), 1), (9, 1), (10, 2), (999, 3), (1000, 4), (.max, 20)] {
      var sink = ArraySink()
      MetaResponse.writeNumberStatus(number, to: &sink)
      #expect(sink.text == "VA \(digits)")
    }
  }

  @Test("describe an item")
  func item() {
    let key = [UInt8](repeating: 0x61, count: 250)
    for (isKnown, isLong) in [(true, false), (false, true)] {
      let item = MetaItem(
        isKeyInBase64: isLong, timeToLive: isKnown ? 30 : nil, lastAccess: 7, cas: .max, wasFetched: isKnown,
        slabClass: 3, byteCount: 99)
      let short = isLong ? key : Array(key[..<3])
      var sink = ArraySink()
      MetaResponse.write(item, key: short.span, to: &sink)
      #expect(sink.bytes.count <= Self.answerRoom)
      let end = "exp=\(isKnown ? 30 : -1) la=7 cas=18446744073709551615 fetch=\(isKnown ? "yes" : "no")"
      #expect(sink.text.hasPrefix(isLong ? "ME YWFh" : "ME aaa "))
      #expect(sink.text.hasSuffix(" \(end) cls=3 size=99\r\n"))
    }
  }

  @Test("have no line for which a session has no room")
  func longest() {
    var sink = ArraySink()
    MetaResponse.writeValueStatus(valueCount: 0xffff_ffff, to: &sink)
    for letter in "sflc" { MetaResponse.writeFlag(letter.asciiValue ?? 0, .max, to: &sink) }
    MetaResponse.writeTimeToLive(.max, to: &sink)
    MetaResponse.writeFlag(UInt8(ascii: "h"), 1, to: &sink)
    let (opaque, key) = ([UInt8](repeating: 0x4f, count: 32), [UInt8](repeating: 0x61, count: 250))
    MetaResponse.writeWord(opaque.span, to: &sink)
    MetaResponse.writeKey(key.span, inBase64: true, to: &sink)
    for letter in "ZXW" { MetaResponse.writeFlag(letter.asciiValue ?? 0, to: &sink) }
    MetaResponse.writeNewline(to: &sink)
    #expect(sink.bytes.count <= Self.answerRoom)
  }
}
