/// The version of an item, and its CAS unique: who wrote last is who has the greater stamp.
///
/// ```
///  63        62 ................. 16   15 ........ 1    0
///  0   unix time, ticks of 65.536 µs   counter        node
/// ```
///
/// Unique over both nodes of a pair (the lowest bit is the node), ordered by time, and positive as a signed integer,
/// because some clients keep a CAS unique in one. DESIGN.md §5.
package struct Stamp: RawRepresentable, Comparable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: UInt64

  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Older than every stamp that was ever given.
  package static var zero: Stamp { Stamp(rawValue: 0) }

  /// The greatest stamp that can be given; what lies above it came from no honest clock.
  package static var greatest: Stamp { Stamp(rawValue: UInt64(Int64.max)) }

  /// The greatest stamp of the tick that `unixMicroseconds` lies in, for both nodes.
  package init(endOfTick unixMicroseconds: UInt64) {
    self.init(rawValue: (unixMicroseconds & ~Self.tickMask | Self.tickMask) & UInt64(Int64.max))
  }

  /// Unix time in microseconds, rounded down to a tick.
  package var unixMicroseconds: UInt64 { rawValue & ~Self.tickMask }

  @inlinable package static func < (left: Stamp, right: Stamp) -> Bool { left.rawValue < right.rawValue }

  package var description: String { String(rawValue) }

  static let tickMask: UInt64 = 0xFFFF
}
