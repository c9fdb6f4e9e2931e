import MemcacheProtocol
import Testing
import TestSupport

@Suite("Keys in base64")
struct Base64Tests {
  private func decoded(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    var room = [UInt8](repeating: 0xff, count: 250)
    var span = room.mutableSpan
    let count = Base64.decode(bytes.span, into: &span)
    #expect(Base64.decodedCount(bytes.span) == count)
    return count.map { Array(room[..<$0]) }
  }

  @Test("are read as memcached reads them: what is no sign is passed over, and the first padding is the end")
  func reading() {
    #expect(decoded("Zm9v") == Array("foo".utf8))
    #expect(decoded("Zg==") == Array("f".utf8))
    #expect(decoded("Zm8=") == Array("fo".utf8))
    #expect(decoded("Z_m-9v") == Array("foo".utf8))
    #expect(decoded("Zg==Zg==") == Array("f".utf8))
    #expect(decoded("=Zm9") == [0x01, 0x99])
    #expect(decoded("Zm9v=Zm9") == Array("foo".utf8) + [0x01, 0x99])
    #expect(decoded("+/+/") == [0xfb, 0xff, 0xbf])
    for none in ["", "Z", "Zm", "Zm9", "Zm9vZ", "!!!!", "====", "Z===", "_"] { #expect(decoded(none) == nil) }
  }

  @Test("are written so that they are read again, whatever their bytes")
  func writing() {
    var random = SeededRandom(seed: 11)
    for count in 1...250 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      var sink = ArraySink()
      Base64.write(bytes.span, to: &sink)
      #expect(sink.bytes.count == (count + 2) / 3 * 4)
      #expect(decoded(sink.text) == bytes)
    }
  }

  @Test("are not decoded beyond the room that there is")
  func room() {
    let text = Array("Zm9v".utf8)
    var room = [UInt8](repeating: 0, count: 2)
    var span = room.mutableSpan
    #expect(Base64.decode(text.span, into: &span) == nil)
  }
}
