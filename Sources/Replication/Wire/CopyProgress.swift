import ItemStore
import Platform

/// How far a copy has come that has not ended: what the sender held below the cursor, up to the watermark, has arrived.
///
/// Cursors are places of `WalkCursor`, numbers that a key keeps as long as its daemon runs. The watermark is the fence
/// that the sender took when that copy began.
package struct CopyProgress: Hashable, Sendable {
  package var cursor: UInt64
  package var watermark: Stamp

  package init(cursor: UInt64, watermark: Stamp) {
    self.cursor = cursor
    self.watermark = watermark
  }

  package static let none = CopyProgress(cursor: 0, watermark: .zero)

  static let byteCount = 8 + 8

  init(_ fields: inout ByteReader) { self.init(cursor: fields.number64(), watermark: fields.stamp()) }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    output.append(bigEndian: cursor)
    output.append(bigEndian: watermark.rawValue)
  }
}
