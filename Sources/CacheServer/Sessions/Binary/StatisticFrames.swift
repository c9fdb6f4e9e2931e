import ConnectionServer
import MemcacheProtocol
import Platform

/// The answer to `stat`: a frame for each statistic and an empty one behind them, sent as the client reads.
struct StatisticFrames: StreamedReply {
  typealias Line = (name: String, value: String)

  private let lines: [Line]
  private let request: BinaryHeader
  private var number = 0
  /// The frame that is being written, and how much of it is.
  private var frame: [UInt8] = []
  private var position = 0

  init(_ lines: [Line], _ request: BinaryHeader) {
    self.lines = lines
    self.request = request
  }

  var maxPieceBytes: Int { 4 << 10 }

  mutating func writePiece(to buffer: inout ByteBuffer) -> StreamProgress {
    if position == frame.count {
      if number > lines.count { return .ended }
      frame = bytes(of: number < lines.count ? lines[number] : ("", ""))
      position = 0
      number += 1
    }
    let end = min(position + maxPieceBytes, frame.count)
    buffer.append(frame.span.extracting(position..<end))
    position = end
    return .written
  }

  private func bytes(of line: Line) -> [UInt8] {
    let (name, value) = (Array(line.name.utf8), Array(line.value.utf8))
    var frame = ByteBuffer(capacity: BinaryHeader.count + name.count + value.count)
    BinaryResponse.writeStatistic(name.span, value.span, request, to: &frame)
    let bytes = frame.bytes
    return bytes.indices.map { bytes[$0] }
  }
}
