import ItemStore

/// What a side has received of the other: everything up to `stamp` of the daemon whose boot id is `boot`.
package struct Acknowledged: Hashable, Sendable {
  package var boot: UInt64
  package var stamp: Stamp

  package init(boot: UInt64, stamp: Stamp) {
    self.boot = boot
    self.stamp = stamp
  }

  package static let nothing = Acknowledged(boot: 0, stamp: .zero)

  /// How far it holds for a daemon with this boot id: one that started again has given nothing yet.
  package func stamp(of boot: UInt64) -> Stamp { self.boot == boot ? stamp : .zero }
}
