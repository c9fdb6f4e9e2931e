import ItemStore
import Platform

/// A low watermark of the sender's stamps: (M, H, R) of docs/spec, where it is called a mark. It is sent by itself and
/// at the end of a copy. `receivedThrough` and `refusalsSeen` are of the moment at which the fence was taken.
///
/// Its receiver knows: everything that the sender wrote before that moment has arrived, and whatever is written later
/// is written by a side that has `receivedThrough`. So nothing older than that can come any more.
package struct Watermark: Hashable, Sendable {
  /// Everything that the sender wrote at or below it has been sent.
  package var fence: Stamp
  /// What the sender had received of the receiver's.
  package var receivedThrough: Stamp
  /// How many of its own values the sender knew to be refused, on this link.
  package var refusalsSeen: UInt64

  package init(_ fence: Stamp, receivedThrough: Stamp = .zero, refusalsSeen: UInt64 = 0) {
    self.fence = fence
    self.receivedThrough = receivedThrough
    self.refusalsSeen = refusalsSeen
  }

  package static let none = Watermark(.zero)

  static let byteCount = 8 + 8 + 8

  init(_ fields: inout ByteReader) {
    self.init(fields.stamp(), receivedThrough: fields.stamp(), refusalsSeen: fields.number64())
  }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    output.append(bigEndian: fence.rawValue)
    output.append(bigEndian: receivedThrough.rawValue)
    output.append(bigEndian: refusalsSeen)
  }
}
