/// A connection, as the driver numbers them; a number is not used again while the process lives.
package struct ChannelID: Hashable, Sendable, CustomStringConvertible {
  package let rawValue: UInt32

  package init(_ rawValue: UInt32) { self.rawValue = rawValue }

  package var description: String { "channel \(rawValue)" }
}
