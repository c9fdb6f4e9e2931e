import ItemStore
import Platform

/// What a side has received of a peer, and of which: it counts for that name alone.
package struct ReceivedProgress: Hashable, Sendable {
  package var name: PeerName
  /// Everything that the peer wrote at or below it.
  package var through: Stamp
  /// Of a copy that has not ended.
  package var copy = CopyProgress.none

  package init(_ name: PeerName, through: Stamp = .zero) {
    self.name = name
    self.through = through
  }

  package static let nothing = ReceivedProgress(.nobody)

  static let byteCount = PeerName.byteCount + 8 + CopyProgress.byteCount

  init(_ fields: inout ByteReader) {
    self.init(PeerName(&fields), through: fields.stamp())
    copy = CopyProgress(&fields)
  }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    name.encode(into: &output)
    output.append(bigEndian: through.rawValue)
    copy.encode(into: &output)
  }
}
