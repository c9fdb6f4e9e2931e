/// Stamps and marks of an item: in its header where there is one stamp and no mark, else in its extension, too (see
/// `ItemPointer`).
extension ItemPointer {
  /// In the first word of an extension of eight bytes: the value was changed when it was touched last.
  private static let derivedBit: UInt64 = 1 << 62
  /// In the first word of a long one, whose lowest bits are the marks'.
  private static let longBit: UInt64 = 1 << 63

  /// Of an item whose three stamps differ, or that has a mark.
  static let longExtension = 24
  static let maxExtension = longExtension + 8

  /// Behind the client flags.
  var extensionOffset: Int { contentCount + (valueWord & Self.flagsBit == 0 ? 0 : 4) }

  /// Bytes of the extension that the item has.
  var extensionCount: Int {
    if !isExtended { return 0 }
    let first = word(0)
    if first & Self.longBit == 0 { return 8 }
    return UInt8(truncatingIfNeeded: first) & ItemMarks.explicitBit == 0 ? Self.longExtension : Self.maxExtension
  }

  var version: Version { isExtended ? extendedVersion : Version(fresh) }

  var changed: Stamp { isExtended ? extendedVersion.changed : fresh }

  var touched: Stamp { isExtended ? extendedVersion.touched : fresh }

  var marks: ItemMarks { isExtended ? extendedMarks : .none }

  /// What clients see as the cas unique.
  var cas: UInt64 { isExtended ? extendedCAS : fresh.rawValue }

  private var extendedVersion: Version {
    let first = word(0)
    if first & Self.longBit != 0 { return Version(ordered: fresh, Stamp(rawValue: word(2)), Stamp(rawValue: word(1))) }
    let touched = Stamp(rawValue: first & ~Self.derivedBit)
    return Version(ordered: fresh, first & Self.derivedBit == 0 ? fresh : touched, touched)
  }

  private var extendedMarks: ItemMarks {
    let first = word(0)
    if first & Self.longBit == 0 { return .none }
    let bits = UInt8(truncatingIfNeeded: first) & ItemMarks.allBits
    return ItemMarks(bits: bits, explicit: bits & ItemMarks.explicitBit == 0 ? 0 : word(3))
  }

  private var extendedCAS: UInt64 { extendedMarks.explicitCAS ?? extendedVersion.changed.rawValue }

  /// Gives the item, whose value count and flags are set, these stamps and no marks; the chunk must have space for the
  /// extension.
  func setVersion(_ version: Version) {
    fresh = version.fresh
    switch version.extensionCount {
    case 0: return valueWord &= ~Self.extensionBit
    case 8: setWord(0, version.touched.rawValue | (version.changed == version.fresh ? 0 : Self.derivedBit))
    default: setLong(version, .none)
    }
    valueWord |= Self.extensionBit
  }

  func setVersion(_ version: Version, _ marks: ItemMarks) {
    if marks.isEmpty { return setVersion(version) }
    fresh = version.fresh
    setLong(version, marks)
    valueWord |= Self.extensionBit
  }

  private func setLong(_ version: Version, _ marks: ItemMarks) {
    setWord(0, Self.longBit | UInt64(marks.bits))
    setWord(1, version.touched.rawValue)
    setWord(2, version.changed.rawValue)
    if let explicit = marks.explicitCAS { setWord(3, explicit) }
  }

  private func word(_ number: Int) -> UInt64 {
    unsafe raw.loadUnaligned(fromByteOffset: extensionOffset + 8 * number, as: UInt64.self)
  }

  private func setWord(_ number: Int, _ word: UInt64) {
    unsafe raw.storeBytes(of: word, toByteOffset: extensionOffset + 8 * number, as: UInt64.self)
  }
}

extension Version {
  /// Bytes of the extension of an item with these stamps and no marks.
  @inline(__always) var extensionCount: Int {
    if isFresh { return 0 }
    return changed == fresh || changed == touched ? 8 : ItemPointer.longExtension
  }

  func extensionCount(with marks: ItemMarks) -> Int {
    if marks.isEmpty { return extensionCount }
    return marks.explicitCAS == nil ? ItemPointer.longExtension : ItemPointer.maxExtension
  }

  /// Stands in an item that will be derived from another until its stamps are known, and needs as much space.
  package static let derived = Version.zero.changed(at: Stamp(rawValue: 1))
}
