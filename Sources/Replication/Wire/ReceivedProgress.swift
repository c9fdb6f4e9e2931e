import ItemStore
import Platform

/// What a side has received of the other, and of which: it counts for that name alone.
package struct Acknowledged: Hashable, Sendable {
  package var name: PeerName
  /// Everything up to it.
  package var stamp: Stamp
  /// Of a copy that has not ended.
  package var walked = WalkedPlaces.none

  package init(_ name: PeerName, stamp: Stamp = .zero) {
    self.name = name
    self.stamp = stamp
  }

  package static let nothing = Acknowledged(.nobody)

  static let byteCount = PeerName.byteCount + 8 + WalkedPlaces.byteCount

  init(_ fields: inout ByteReader) {
    self.init(PeerName(&fields), stamp: fields.stamp())
    walked = WalkedPlaces(&fields)
  }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    name.encode(into: &output)
    output.append(bigEndian: stamp.rawValue)
    walked.encode(into: &output)
  }
}
