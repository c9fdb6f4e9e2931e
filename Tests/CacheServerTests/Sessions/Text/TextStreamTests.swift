import Platform
import Testing

@testable import CacheServer

@Suite("Texts that are sent as the client reads")
struct TextStreamTests {
  @Test("No piece is larger than is said, and none is lost", arguments: [[], [""], ["a", "", "b"], ["long"]])
  func pieces(_ texts: [String]) {
    let texts = texts.map { $0 == "long" ? String(repeating: "long text ", count: 2_000) : $0 }
    var stream = TextStream(texts)
    var written = ""
    while true {
      var buffer = ByteBuffer(capacity: stream.maxPieceBytes)
      if stream.writePiece(to: &buffer) == .ended { break }
      written += buffer.text
    }
    #expect(written == texts.joined())
  }
}
