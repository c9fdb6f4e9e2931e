/// The three stamps of an item: in its header where they are one, else in its extension, too (see `ItemPointer`).
extension ItemPointer {
  /// In the first word of an extension: the value was changed when it was touched last.
  private static let derivedBit: UInt64 = 1 << 62

  static let maxExtension = 24

  /// Behind the client flags.
  var extensionOffset: Int { contentCount + (valueWord & Self.flagsBit == 0 ? 0 : 4) }

  /// Bytes of the extension that the item has.
  var extensionCount: Int {
    if !isExtended { return 0 }
    return word(0) == 0 ? Self.maxExtension : 8
  }

  var version: Version { isExtended ? extendedVersion : Version(fresh) }

  var changed: Stamp { isExtended ? extendedVersion.changed : fresh }

  var touched: Stamp { isExtended ? extendedVersion.touched : fresh }

  private var extendedVersion: Version {
    let first = word(0)
    if first == 0 { return Version(ordered: fresh, Stamp(rawValue: word(2)), Stamp(rawValue: word(1))) }
    let touched = Stamp(rawValue: first & ~Self.derivedBit)
    return Version(ordered: fresh, first & Self.derivedBit == 0 ? fresh : touched, touched)
  }

  /// Gives the item, whose value count and flags are set, these stamps; the chunk must have space for the extension.
  func setVersion(_ version: Version) {
    fresh = version.fresh
    switch version.extensionCount {
    case 0: return valueWord &= ~Self.extensionBit
    case 8: setWord(0, version.touched.rawValue | (version.changed == version.fresh ? 0 : Self.derivedBit))
    default:
      setWord(0, 0)
      setWord(1, version.touched.rawValue)
      setWord(2, version.changed.rawValue)
    }
    valueWord |= Self.extensionBit
  }

  private func word(_ number: Int) -> UInt64 {
    unsafe raw.loadUnaligned(fromByteOffset: extensionOffset + 8 * number, as: UInt64.self)
  }

  private func setWord(_ number: Int, _ word: UInt64) {
    unsafe raw.storeBytes(of: word, toByteOffset: extensionOffset + 8 * number, as: UInt64.self)
  }
}

extension Version {
  /// Bytes of the extension of an item with these stamps.
  @inline(__always) var extensionCount: Int {
    if isFresh { return 0 }
    return changed == fresh || changed == touched ? 8 : ItemPointer.maxExtension
  }

  /// Stands in an item that will be derived from another until its stamps are known, and needs as much space.
  package static let derived = Version.zero.changed(at: Stamp(rawValue: 1))
}
