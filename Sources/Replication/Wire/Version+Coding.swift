import ItemStore
import Platform

// The stamps of a state on the wire: the greatest, and the others where they differ from the one before.
//
//      touched 8   which 1   [changed 8]   [fresh 8]
//                  │ 0: changed follows, less than touched
//                  │ 1: fresh follows, less than changed
extension Version {
  private static let hasChanged: UInt8 = 1
  private static let hasFresh: UInt8 = 2

  static let minByteCount = 9

  var byteCount: Int {
    Self.minByteCount + (changed == touched ? 0 : 8) + (fresh == changed ? 0 : 8)
  }

  /// Of the stamps that stand there, whole and right.
  static func byteCount(_ bytes: Span<UInt8>, at start: Int) -> Int {
    minByteCount + 8 * bytes[start + minByteCount - 1].nonzeroBitCount
  }

  @_lifetime(output: copy output)
  @inline(__always)
  func encode(into output: inout OutputSpan<UInt8>) {
    output.append(bigEndian: touched.rawValue)
    if isFresh { return output.append(0) }
    output.append((changed == touched ? 0 : Self.hasChanged) | (fresh == changed ? 0 : Self.hasFresh))
    if changed != touched { output.append(bigEndian: changed.rawValue) }
    if fresh != changed { output.append(bigEndian: fresh.rawValue) }
  }

  /// Nil where it says of itself what it cannot be.
  init?(_ fields: inout ByteReader) {
    let touched = fields.stamp()
    let which = fields.byte()
    let changed = which & Self.hasChanged == 0 ? touched : fields.stamp()
    let fresh = which & Self.hasFresh == 0 ? changed : fields.stamp()
    // What is no less is not told.
    let isRight =
      which & ~(Self.hasChanged | Self.hasFresh) == 0
      && (changed < touched) == (which & Self.hasChanged != 0) && (fresh < changed) == (which & Self.hasFresh != 0)
    guard isRight else { return nil }
    self.init(fresh: fresh, changed: changed, touched: touched)
  }
}
