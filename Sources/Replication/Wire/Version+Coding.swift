import ItemStore
import Platform

// The stamps of a state on the wire: the greatest, and the others where they differ from the one before. Behind them,
// of an item that has any, its marks.
//
//      touched 8   which 1   [changed 8]   [fresh 8]   [marks 1   [explicit cas 8]]
//                  │ 0: changed follows, less than touched
//                  │ 1: fresh follows, less than changed
//                  │ 2: marks follow, only in items
//
// Marks go only to who says that it knows them (`HelloFeatures.marks`).
extension Version {
  private static let hasChanged: UInt8 = 1
  private static let hasFresh: UInt8 = 2
  fileprivate static let hasMarks: UInt8 = 4

  static let minByteCount = 9
  private static let whichOffset = minByteCount - 1

  var byteCount: Int {
    Self.minByteCount + (changed == touched ? 0 : 8) + (fresh == changed ? 0 : 8)
  }

  /// Of the stamps that stand there, whole and right, without marks.
  static func byteCount(_ bytes: Span<UInt8>, at start: Int) -> Int {
    minByteCount + 8 * (bytes[start + whichOffset] & (hasChanged | hasFresh)).nonzeroBitCount
  }

  @_lifetime(output: copy output)
  @inline(__always)
  func encode(into output: inout OutputSpan<UInt8>, marks: ItemMarks = .none) {
    output.append(bigEndian: touched.rawValue)
    if isFresh, marks.isEmpty { return output.append(0) }
    let which = (changed == touched ? 0 : Self.hasChanged) | (fresh == changed ? 0 : Self.hasFresh)
    output.append(which | (marks.isEmpty ? 0 : Self.hasMarks))
    if changed != touched { output.append(bigEndian: changed.rawValue) }
    if fresh != changed { output.append(bigEndian: fresh.rawValue) }
    marks.encode(into: &output)
  }

  /// Nil where it says of itself what it cannot be.
  init?(_ fields: inout ByteReader) {
    var marks = ItemMarks.none
    self.init(&fields, &marks)
    if !marks.isEmpty { return nil }
  }

  init?(_ fields: inout ByteReader, _ marks: inout ItemMarks) {
    let touched = fields.stamp()
    let which = fields.byte()
    let changed = which & Self.hasChanged == 0 ? touched : fields.stamp()
    let fresh = which & Self.hasFresh == 0 ? changed : fields.stamp()
    // What is no less is not told.
    let isRight =
      which & ~(Self.hasChanged | Self.hasFresh | Self.hasMarks) == 0
      && (changed < touched) == (which & Self.hasChanged != 0) && (fresh < changed) == (which & Self.hasFresh != 0)
    guard isRight else { return nil }
    if which & Self.hasMarks != 0 {
      guard let told = ItemMarks(&fields) else { return nil }
      marks = told
    }
    self.init(fresh: fresh, changed: changed, touched: touched)
  }
}

extension ItemMarks {
  var byteCount: Int { isEmpty ? 0 : explicitCAS == nil ? 1 : 9 }

  /// Of those behind the stamps that stand there, whole and right.
  static func byteCount(_ bytes: Span<UInt8>, behind stamps: Int) -> Int {
    let place = stamps + Version.byteCount(bytes, at: stamps)
    guard bytes[stamps + Version.minByteCount - 1] & Version.hasMarks != 0 else { return 0 }
    return ItemMarks(bits: bytes[place], explicit: 0).byteCount
  }

  /// The byte that tells which stamps follow, without the word that marks do.
  static func withoutMarks(_ which: UInt8) -> UInt8 { which & ~Version.hasMarks }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    if isEmpty { return }
    output.append(bits)
    if let explicitCAS { output.append(bigEndian: explicitCAS) }
  }

  /// Nil where they are none.
  fileprivate init?(_ fields: inout ByteReader) {
    let bits = fields.byte()
    if bits == 0 || bits & ~ItemMarks.allBits != 0 { return nil }
    let told = ItemMarks(bits: bits, explicit: 0)
    self = told.explicitCAS == nil ? told : ItemMarks(bits: bits, explicit: fields.number64())
  }
}
