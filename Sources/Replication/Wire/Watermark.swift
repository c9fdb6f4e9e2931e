import ItemStore
import Platform

/// What a mark says, and the end of a copy: (M, H, R) of docs/spec. H and R are of the moment at which the fence was taken.
///
/// Who hears it knows: everything that the sender wrote before that moment has arrived, and whatever was written later was
/// written with `had` at hand. So nothing older than `had` can come any more.
package struct Mark: Hashable, Sendable {
  /// Everything that was written here at or below it has been sent.
  package var fence: Stamp
  /// What this side had of the other's.
  package var had: Stamp
  /// How many of its own values it knew to be refused, on this link.
  package var refusalsSeen: UInt64

  package init(_ fence: Stamp, had: Stamp = .zero, refusalsSeen: UInt64 = 0) {
    self.fence = fence
    self.had = had
    self.refusalsSeen = refusalsSeen
  }

  package static let none = Mark(.zero)

  static let byteCount = 8 + 8 + 8

  init(_ fields: inout ByteReader) {
    self.init(fields.stamp(), had: fields.stamp(), refusalsSeen: fields.number64())
  }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    output.append(bigEndian: fence.rawValue)
    output.append(bigEndian: had.rawValue)
    output.append(bigEndian: refusalsSeen)
  }
}
