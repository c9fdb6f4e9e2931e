import ConnectionServer
import MemcacheProtocol
import Platform

/// The answer to `stat`: a frame for each statistic and an empty one behind them, sent as the client reads.
struct StatisticFrames: StreamedReply {
  typealias Line = (name: String, value: String)

  private let lines: [(name: String, value: [UInt8])]
  private let request: BinaryHeader
  private var number = 0
  /// The frame that is being written, and how much of it is.
  private var frame: [UInt8] = []
  private var position = 0

  init(_ lines: [Line], _ request: BinaryHeader) {
    self.lines = lines.map { ($0.name, Array($0.value.utf8)) }
    self.request = request
  }

  /// One whose value need not be text.
  init(_ name: String, _ value: [UInt8], _ request: BinaryHeader) {
    lines = [(name, value)]
    self.request = request
  }

  var maxPieceBytes: Int { 4 << 10 }

  mutating func writePiece(to buffer: inout ByteBuffer) -> StreamProgress {
    if position == frame.count {
      if number > lines.count { return .ended }
      let isEnd = number == lines.count
      frame = bytes(of: isEnd ? "" : lines[number].name, isEnd ? [] : lines[number].value)
      position = 0
      number += 1
    }
    let end = min(position + maxPieceBytes, frame.count)
    buffer.append(frame.span.extracting(position..<end))
    position = end
    return .written
  }

  private func bytes(of name: String, _ value: [UInt8]) -> [UInt8] {
    let name = Array(name.utf8)
    var frame = ByteBuffer(capacity: BinaryHeader.count + name.count + value.count)
    BinaryResponse.writeStatistic(name.span, value.span, request, to: &frame)
    let bytes = frame.bytes
    return bytes.indices.map { bytes[$0] }
  }
}
