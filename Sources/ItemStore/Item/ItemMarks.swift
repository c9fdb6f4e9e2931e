/// What meta commands note of an item beside its stamps. Few items have any, and they pay for it (`ItemPointer`).
///
/// | mark | set by | goes |
/// |---|---|---|
/// | stale | `md I`, `ms I` with an old cas | with the next value |
/// | win sent | a client was told to fetch the value anew (`W`) | with the next value, and with `md I` |
/// | explicit cas | `E` | with the next change of the value, unless that brings its own |
///
/// They are part of the state: they cross to the peer, and a change of one gives the item a new stamp.
@usableFromInline package struct ItemMarks: Hashable, Comparable, Sendable {
  /// As an item keeps them, and the wire.
  package let bits: UInt8
  /// 0 where there is none.
  private let explicit: UInt64

  static let staleBit: UInt8 = 1
  static let winSentBit: UInt8 = 2
  static let winBits: UInt8 = staleBit | winSentBit
  static let explicitBit: UInt8 = 4
  package static let allBits: UInt8 = 7

  @usableFromInline package static let none = ItemMarks()

  package init(isStale: Bool = false, isWinSent: Bool = false, explicitCAS: UInt64? = nil) {
    bits =
      (isStale ? Self.staleBit : 0) | (isWinSent ? Self.winSentBit : 0) | (explicitCAS == nil ? 0 : Self.explicitBit)
    explicit = explicitCAS ?? 0
  }

  /// - Parameter explicit: read only where the bits say that there is one.
  package init(bits: UInt8, explicit: UInt64) {
    self.bits = bits & Self.allBits
    self.explicit = bits & Self.explicitBit == 0 ? 0 : explicit
  }

  package var isEmpty: Bool { bits == 0 }
  /// Its value is to be fetched anew, and may be shown meanwhile.
  package var isStale: Bool { bits & Self.staleBit != 0 }
  /// A client was told to fetch it anew.
  package var isWinSent: Bool { bits & Self.winSentBit != 0 }
  /// The cas unique that a client has given it, in place of the stamp of its last change.
  package var explicitCAS: UInt64? { bits & Self.explicitBit == 0 ? nil : explicit }

  var winSent: ItemMarks { ItemMarks(bits: bits | Self.winSentBit, explicit: explicit) }

  /// The same with this cas, or without one.
  func with(explicitCAS: UInt64?) -> ItemMarks {
    ItemMarks(isStale: isStale, isWinSent: isWinSent, explicitCAS: explicitCAS)
  }

  /// Of two states with equal stamps the one with the greater marks stays: any order will do that is one.
  @usableFromInline package static func < (left: ItemMarks, right: ItemMarks) -> Bool {
    (left.bits, left.explicit) < (right.bits, right.explicit)
  }
}
