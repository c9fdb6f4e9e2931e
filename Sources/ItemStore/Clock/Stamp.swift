/// When a write was done, and by whom: who wrote last is who has the greater stamp. An item has up to three
/// (`Version`).
///
/// ```
///  63 62     61 ................. 16   15 ........ 1    0
///  0  0    unix time, ticks of 65.536 µs   counter    node
/// ```
///
/// Unique over both nodes of a pair (the lowest bit is the node), ordered by time, and positive as a signed integer,
/// because some clients keep a CAS unique in one. The two upper bits are 0: items mark with them what else a stamp says
/// (`ItemPointer`). That lasts until February 2116.
@usableFromInline package struct Stamp: RawRepresentable, Comparable, Hashable, Sendable, CustomStringConvertible {
  @usableFromInline package let rawValue: UInt64

  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Older than every stamp that was ever given.
  package static var zero: Stamp { Stamp(rawValue: 0) }

  /// The greatest stamp that can be given; what lies above it came from no honest clock.
  package static var greatest: Stamp { Stamp(rawValue: 1 << 62 - 1) }

  /// The least stamp of the tick that `unixMicroseconds` lies in, without counter and node. Later times than a
  /// stamp has space for count as the last that it has.
  static func tick(of unixMicroseconds: UInt64) -> UInt64 {
    (min(unixMicroseconds, greatest.rawValue / 1000) * 1000) & ~tickMask
  }

  /// The greatest stamp of the tick that `unixMicroseconds` lies in, for both nodes.
  package init(endOfTick unixMicroseconds: UInt64) {
    self.init(rawValue: Self.tick(of: unixMicroseconds) | Self.tickMask)
  }

  /// When its tick begins.
  package var unixMicroseconds: UInt64 { (rawValue & ~Self.tickMask) / 1000 }

  @inlinable package static func < (left: Stamp, right: Stamp) -> Bool { left.rawValue < right.rawValue }

  @usableFromInline package var description: String { String(rawValue) }

  /// A tick is 2^16 nanoseconds.
  static let tickMask: UInt64 = 0xFFFF
}
