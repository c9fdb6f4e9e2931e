/// When an item is dead: its expiry has come, or it was freshly written at or below the floor of a flush. And what
/// becomes of it then, whoever meets it.
extension Keyspace {
  var floor: Stamp { Stamp(rawValue: floorWord.load(ordering: .relaxed)) }

  /// A value that was computed from one before the flush dies with it.
  @inline(__always) func isFlushed(_ item: ItemPointer) -> Bool { item.fresh <= floor && isFlushed(item.version) }

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

  /// Whether an item, and no tombstone, stands there that is dead.
  func isDead(_ slot: IndexSlot, _ now: UInt32) -> Bool {
    let item = memory.item(slot.reference)
    return !item.state.isTombstone && isDead(item, now)
  }

  /// Unlinks an item that has died of itself, leaving a tombstone where the peer does not know it yet.
  ///
  /// A tombstone keeps the three stamps of what was there: an older state that is still on its way may be derived from
  /// the same write, and is older by the others.
  func removeDead(_ slot: IndexSlot, _ hash: UInt64) -> OwnedChunk? {
    let item = memory.item(slot.reference)
    if mustLeaveTombstone(item, hash, isDead: true) {
      return replaceWithTombstone(slot, hash, versionLeft(by: item))
    }
    return unlink(slot, hash)
  }

  /// A write takes the place of a dead item. The stripe's lock is held.
  @inline(never) func countReplacedDead(_ item: ItemPointer) {
    slabs.lock(item.slabClass)
    countReclaimed(item, item.slabClass)
    slabs.unlock(item.slabClass)
  }

  /// Class and stripe locks are held.
  func countReclaimed(_ item: ItemPointer, _ slabClass: UInt8) {
    let isUnfetched = !item.state.isFetched && !isFlushed(item)
    slabs.withCounters(slabClass) {
      $0.reclaimed += 1
      $0.expiredUnfetched += isUnfetched ? 1 : 0
    }
  }
}
