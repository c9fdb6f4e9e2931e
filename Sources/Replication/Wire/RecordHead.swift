import ItemStore

/// An item on the wire, without its key and value.
package struct RecordHead: Equatable, Sendable {
  package let stamp: Stamp
  package let clientFlags: UInt32
  /// Absolute unix seconds, 0 never: the process clocks of the two differ, and the wire does not know them.
  package let expiresAtUnix: Int64
  /// The cas unique: the stamp, or an older one if it was touched since.
  package let changed: Stamp

  package init(stamp: Stamp, changed: Stamp? = nil, clientFlags: UInt32, expiresAtUnix: Int64) {
    self.stamp = stamp
    self.changed = changed ?? stamp
    self.clientFlags = clientFlags
    self.expiresAtUnix = expiresAtUnix
  }

  init(_ item: borrowing ItemView, _ clock: ProcessClock) {
    stamp = item.stamp
    changed = item.changed
    clientFlags = item.clientFlags
    expiresAtUnix = clock.unixSeconds(expiresAt: item.expiresAt)
  }

  /// In the byte that tells what else a record has: its cas unique. The other bits are 0.
  static let hasChanged: UInt8 = 1

  /// The cas unique where the item must keep it beside its stamp.
  var extendedChanged: Stamp? { changed == stamp ? nil : changed }

  func expiresAt(_ clock: ProcessClock) -> UInt32 {
    expiresAtUnix == 0 ? 0 : clock.expiresAt(unixSeconds: expiresAtUnix)
  }
}
