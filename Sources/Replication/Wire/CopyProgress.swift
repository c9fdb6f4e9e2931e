import ItemStore
import Platform

/// How far a copy has come that has not ended: what the sender held in the places below `end`, up to `mark`, has arrived.
///
/// Places are those of `WalkCursor`, numbers that a key keeps as long as its daemon runs. `mark` is the fence that the sender
/// took when that copy began.
package struct WalkedPlaces: Hashable, Sendable {
  package var end: UInt64
  package var mark: Stamp

  package init(end: UInt64, mark: Stamp) {
    self.end = end
    self.mark = mark
  }

  package static let none = WalkedPlaces(end: 0, mark: .zero)

  static let byteCount = 8 + 8

  init(_ fields: inout ByteReader) { self.init(end: fields.number64(), mark: fields.stamp()) }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    output.append(bigEndian: end)
    output.append(bigEndian: mark.rawValue)
  }
}
