/// A connection, as the driver numbers them. Two billion connections later a number is used again, if it is free.
package struct ChannelID: Hashable, Sendable, CustomStringConvertible {
  package let rawValue: UInt32

  package init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// From 1 to `last`, and from the beginning again: whoever connects without end must not use them up.
  static func number(after previous: UInt32) -> UInt32 { previous >= last ? 1 : previous + 1 }
  static let last: UInt32 = 0x7FFF_FFFF

  package var description: String { "channel \(rawValue)" }
}
