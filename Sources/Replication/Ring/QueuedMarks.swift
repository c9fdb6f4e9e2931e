import ItemStore
import Platform

/// The marks in a record that waits in a ring: what a peer that knows none is not told. The record is as long as it was
/// but for them.
struct QueuedMarks {
  private let frame: Int
  private let which: Int
  private let marks: Range<Int>

  /// Nil where the frame at `start`, which stands there whole and right, has none.
  init?(_ bytes: Span<UInt8>, at start: Int) {
    guard bytes[start + FrameLimits.length] == FrameKind.record.rawValue else { return nil }
    let stamps = start + FrameLimits.length + 1
    let count = ItemMarks.byteCount(bytes, behind: stamps)
    if count == 0 { return nil }
    frame = start
    which = stamps + Version.minByteCount - 1
    let end = stamps + Version.byteCount(bytes, at: stamps)
    marks = end..<end + count
  }

  /// Appends the frame up to its marks, as of one that has none. Returns where the rest of it begins.
  func leave(_ bytes: Span<UInt8>, to output: inout ByteBuffer) -> Int {
    var header = ByteReader(bytes, frame..<frame + FrameLimits.length)
    let length = header.number32() &- UInt32(truncatingIfNeeded: marks.count)
    output.write { $0.append(bigEndian: length) }
    output.append(bytes.extracting(frame + FrameLimits.length..<which))
    output.write { $0.append(ItemMarks.withoutMarks(bytes[which])) }
    output.append(bytes.extracting(which + 1..<marks.lowerBound))
    return marks.upperBound
  }
}
