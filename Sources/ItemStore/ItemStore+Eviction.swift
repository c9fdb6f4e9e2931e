/// Eviction: a clock over the chunks of a class.
///
/// ```
///   page 7: [use 2][use 0][pinned][use 1][dead] … → page 2 → page 9 → (round)
///               ▲ hand: 2 → 1, go on;  0 → evict;  dead → reclaim
/// ```
///
/// A hit raises an item's counter (0 to 3) without a lock; the hand lowers it and takes the first item at 0. The new item
/// goes where the old one was, just behind the hand, so it has a whole round to be asked for again.
///
/// The hand works under the class lock and only tries the stripe's lock of its victim, because everyone else takes the two
/// in the other order. It may read the victim's key without the stripe's lock: a linked chunk's key is constant until the
/// chunk is freed, and that needs the class lock.
extension ItemStore {
  enum Room {
    /// A chunk of the class itself, unlinked, not on any list.
    case chunk(UInt32)
    /// A chained item, unlinked: its chunks are to be released when the class lock is.
    case chained(UInt32)
    case none
  }

  /// Chunks looked at under one hold of the class lock: bounds the hold to some microseconds.
  private static let longestSweep = 128
  /// After so many steps a used item will do: all are in use.
  private static let patience = 96

  func makeRoom(_ slabClass: UInt8, _ now: UInt32) -> Room {
    for step in 0..<Self.longestSweep {
      let found = slabs.advanceHand(slabClass)
      if found == 0 { continue }
      let state = memory.item(found).state
      guard state.isAllocated else { continue }
      let victim = state.isPiece ? memory.item(found).owner : found
      let room = consider(victim, impatient: step >= Self.patience, slabClass, now)
      if case .none = room { continue }
      return room
    }
    return .none
  }

  private func consider(_ victim: UInt32, impatient: Bool, _ slabClass: UInt8, _ now: UInt32) -> Room {
    let item = memory.item(victim)
    let state = item.state
    guard state.isLinked, state.pins == 0 else { return .none }
    let hash = unsafe index.hash.hash(item.keyBytes)
    if state.use > 0, !impatient, !refusesWhenFull {
      item.lowerUse(from: state)
      return .none
    }
    guard index.tryLock(hash) else { return .none }
    let taken = evict(victim, hash, slabClass, now)
    index.unlock(hash)
    if !taken { return .none }
    return state.isChained || item.slabClass != slabClass ? .chained(victim) : .chunk(victim)
  }

  /// Unlinks the victim if it still may be; true if its chunk is now the caller's. Class and stripe locks are held.
  private func evict(_ victim: UInt32, _ hash: UInt64, _ slabClass: UInt8, _ now: UInt32) -> Bool {
    guard let slot = index.find(reference: victim, hash) else { return false }
    let item = memory.item(victim)
    let state = item.state
    guard state.pins == 0, !state.isTombstone else { return false }
    let dead = isDead(item, now)
    if refusesWhenFull && !dead { return false }
    if !dead || tombstones.mustRemember(item.stamp) {
      // What the peer has not acknowledged would live again from its older copy (DESIGN.md §5).
      if tombstones.mustRemember(item.stamp) { tombstones.raiseHorizon(to: item.stamp) }
    }
    countEviction(item, state, dead: dead, slabClass, now)
    index.remove(slot, hash)
    index.count(hash, items: -1, bytes: -liveBytes(item))
    return item.unlink()
  }

  private func countEviction(_ item: ItemPointer, _ state: ItemState, dead: Bool, _ slabClass: UInt8, _ now: UInt32) {
    let hasExpiry = item.expiresAt != 0
    slabs.withCounters(slabClass) {
      if dead {
        $0.reclaimed += 1
        $0.expiredUnfetched += state.isFetched ? 0 : 1
        return
      }
      $0.evicted += 1
      $0.evictedNonzero += hasExpiry ? 1 : 0
      $0.evictedUnfetched += state.isFetched ? 0 : 1
      $0.evictedActive += state.use > 0 ? 1 : 0
    }
  }

  /// What an item counts for in `bytes`.
  func liveBytes(_ item: ItemPointer) -> Int { ItemPointer.headerCount + item.keyCount + item.valueCount }
}
