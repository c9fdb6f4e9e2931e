import ItemStore

/// An item on the wire, without its key and value.
package struct RecordHead: Equatable, Sendable {
  package let stamp: Stamp
  package let clientFlags: UInt32
  /// Absolute unix seconds, 0 never: the process clocks of the two differ, and the wire does not know them.
  package let expiresAtUnix: UInt32

  package init(stamp: Stamp, clientFlags: UInt32, expiresAtUnix: UInt32) {
    self.stamp = stamp
    self.clientFlags = clientFlags
    self.expiresAtUnix = expiresAtUnix
  }
}
