/// When an item is dead: its expiry has come, or it was freshly written at or below the floor of a flush. And what
/// becomes of it then, whoever meets it.
extension ItemStore {
  /// A value that was computed from one before the flush dies with it.
  @inline(__always) func isFlushed(_ item: ItemPointer) -> Bool { item.fresh <= floor && isFlushed(item.version) }

  package func isFlushed(_ view: borrowing ItemView) -> Bool { isFlushed(view.version) }

  /// The same of a state that is not held here.
  func isFlushed(_ version: Version) -> Bool {
    let floor = floor
    return version.fresh <= floor && (rules.contains(.floorByFresh) || version.touched <= floor)
  }

  @inline(__always) func isExpired(_ item: ItemPointer, _ now: UInt32) -> Bool {
    item.expiresAt != 0 && item.expiresAt <= now
  }

  /// Gives an item, its author's or under the stripe's lock, an expiry: process seconds, 0 never. One that has an
  /// expiry costs a fence and a look at its page's word.
  @inline(__always) func setExpiry(_ expiresAt: UInt32, of reference: UInt32) {
    let item = memory.item(reference)
    item.setExpiresAt(expiresAt)
    if expiresAt != 0 { slabs.noteExpiry(expiresAt, reference, item.slabClass) }
  }

  @inline(__always) func isDead(_ item: ItemPointer, _ now: UInt32) -> Bool { isFlushed(item) || isExpired(item, now) }

  /// Unlinks an item that has died of itself, leaving a tombstone where the peer does not know it yet. Returns whether
  /// the chunk has become the caller's to release.
  ///
  /// A tombstone keeps the three stamps of what was there: an older state that is still on its way may be derived from
  /// the same write, and is older by the others.
  func removeDead(_ slot: IndexSlot, _ hash: UInt64) -> Bool {
    let item = memory.item(slot.reference)
    if mustLeaveTombstone(item, hash, isDead: true) {
      return replaceWithTombstone(slot, hash, versionLeft(by: item)) != 0
    }
    return unlink(slot, hash) != nil
  }
}
