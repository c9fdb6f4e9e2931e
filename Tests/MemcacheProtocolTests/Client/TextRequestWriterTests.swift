import MemcacheProtocol
import Testing

@Suite("The client's request writer")
struct TextRequestWriterTests {
  private let key = Array("k".utf8)
  private let value = Array("abc".utf8)

  @Test("writes retrievals of one key and of many")
  func retrievals() {
    var sink = ArraySink()
    TextRequestWriter.writeGet(key.span, to: &sink)
    TextRequestWriter.writeGet(key.span, withCAS: true, to: &sink)
    TextRequestWriter.beginGet(to: &sink)
    for _ in 0..<3 { TextRequestWriter.writeKey(key.span, to: &sink) }
    TextRequestWriter.endLine(to: &sink)
    TextRequestWriter.beginGetAndTouch(exptime: -5, withCAS: true, to: &sink)
    TextRequestWriter.writeKey(key.span, to: &sink)
    TextRequestWriter.endLine(to: &sink)
    #expect(sink.text == "get k\r\ngets k\r\nget k k k\r\ngats -5 k\r\n")
  }

  @Test("writes storage commands that the parser reads back", arguments: StorageVerb.allCases, [true, false])
  func storage(_ verb: StorageVerb, _ noreply: Bool) {
    var sink = ArraySink()
    TextRequestWriter.writeStorage(
      verb, key: key.span, flags: 7, exptime: -1, value: value.span, casUnique: 9, noreply: noreply, to: &sink)
    let cas = verb == .cas ? " cas=9" : ""
    let expected = "\(verb) k flags=7 exptime=-1 bytes=3\(cas)\(noreply ? " noreply" : "")"
    #expect(reading(of: sink.text) == expected)
    #expect(sink.text.hasSuffix("\r\nabc\r\n"))
    #expect(sink.bytes.count <= TextRequestWriter.maxOverheadCount + key.count + value.count)
  }

  @Test("writes the commands on one key, and words")
  func keyed() {
    var sink = ArraySink()
    TextRequestWriter.writeDelete(key.span, to: &sink)
    TextRequestWriter.writeDelete(key.span, noreply: true, to: &sink)
    TextRequestWriter.writeArithmetic(isIncrement: true, key: key.span, delta: 5, to: &sink)
    TextRequestWriter.writeArithmetic(isIncrement: false, key: key.span, delta: .max, noreply: true, to: &sink)
    TextRequestWriter.writeTouch(key.span, exptime: 60, to: &sink)
    TextRequestWriter.writeCommand("flush_all 0 noreply", to: &sink)
    #expect(
      sink.text
        == "delete k\r\ndelete k noreply\r\nincr k 5\r\ndecr k 18446744073709551615 noreply\r\ntouch k 60\r\n"
        + "flush_all 0 noreply\r\n")
  }
}
