import ItemStore

/// An item on the wire, without its key and value.
package struct RecordHead: Equatable, Sendable {
  package let version: Version
  package let clientFlags: UInt32
  /// Absolute unix seconds, 0 never: the process clocks of the two differ, and the wire does not know them.
  package let expiresAtUnix: Int64

  package init(version: Version, clientFlags: UInt32, expiresAtUnix: Int64) {
    self.version = version
    self.clientFlags = clientFlags
    self.expiresAtUnix = expiresAtUnix
  }

  init(_ item: borrowing ItemView, _ clock: ProcessClock) {
    version = item.version
    clientFlags = item.clientFlags
    expiresAtUnix = clock.unixSeconds(expiresAt: item.expiresAt)
  }

  func expiresAt(_ clock: ProcessClock) -> UInt32 {
    expiresAtUnix == 0 ? 0 : clock.expiresAt(unixSeconds: expiresAtUnix)
  }
}
