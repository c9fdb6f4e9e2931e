import MemcacheProtocol
import Platform
import TestSupport
import Testing

@testable import CacheServer

@Suite("Frames of statistics")
struct StatisticFramesTests {
  @Test("No piece is larger than it says, however long a value is") func pieces() {
    let value = String(repeating: "v", count: 100_000)
    var frames = StatisticFrames([("name", "1"), ("long", value)], BinaryHeader(0x10, opaque: 7, cas: 0))
    var bytes: [UInt8] = []
    var isGoingOn = true
    while isGoingOn {
      var buffer = ByteBuffer(capacity: frames.maxPieceBytes)
      isGoingOn = frames.writePiece(to: &buffer) == .written
      let piece = buffer.bytes
      bytes += piece.indices.map { piece[$0] }
    }
    let (answers, rest) = BinaryAnswer.all(bytes)
    #expect(answers.map(\.opaque) == [7, 7, 7] && rest == 0)
    #expect(answers.map(\.text) == ["1", value, ""] && answers.map(\.key.count) == [4, 4, 0])
  }
}
