/// Eviction: a clock with two hands over the chunks of a class.
///
/// ```
///   page 7: [new 0][use 2][use 0][new 1][pinned][use 1][dead] … → page 2 → page 9 → (round)
///     young hand ▲                                             looks at newcomers only: 1 → 0, 3 → 1, stays;  0 → evict
///               old hand ▲                                     looks at the others:     2 → 1, go on; 0 → evict
/// ```
///
/// A new item is on probation. While newcomers are more than a sixth of the class the young hand takes one: if it was asked
/// for since it came it is a newcomer no more, else it goes. So what is asked for only once passes through a sixth of
/// the memory, and a scan leaves the rest alone. When they are fewer, the old hand lowers counters and takes the first at 0.
/// While a class has free chunks nobody is evicted, and newcomers beyond their part are old at once.
///
/// Probation gives up too early what is asked for seldom but lastingly, and all that is new when popularity shifts. So an
/// evicted item leaves a `Ghost` in the index; a newcomer that comes back while it stands is a newcomer no more.
///
/// This is S3-FIFO without its queues: items do not move and have no links, for chunks freed by a hand are filled just
/// behind it, which keeps the order around the ring about that of arrival. Measured beside memcached, S3-FIFO and SIEVE in
/// README, by `make hit-ratio`.
///
/// A hit raises an item's counter (0 to 3) without a lock, and so does writing a key again. A chained item is judged at its
/// first piece, or each piece would lower its counter.
///
/// A hand works under the class lock and only tries the stripe's lock of its victim, because everyone else takes the two
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

  /// How much is given up for room, more with every sweep that finds none.
  enum Need {
    /// An item that was not used since the hand came by.
    case mild
    /// Any item: all are in use.
    case strong
  }

  func makeRoom(_ slabClass: UInt8, _ need: Need, _ now: UInt32) -> Room {
    for _ in 0..<Self.longestSweep {
      let (found, isNewcomer) = slabs.advanceHand(slabClass, sparing: need == .mild && !refusesWhenFull)
      if found == 0 { continue }
      let state = memory.item(found).state
      guard state.isAllocated else { continue }
      let victim = state.isPiece ? memory.item(found).owner : found
      let room = consider(victim, at: found, isNewcomer, need, slabClass, now)
      if case .none = room { continue }
      return room
    }
    return .none
  }

  private func consider(
    _ victim: UInt32, at found: UInt32, _ isNewcomer: Bool, _ need: Need, _ slabClass: UInt8, _ now: UInt32
  ) -> Room {
    let item = memory.item(victim)
    let state = item.state
    guard state.isLinked, state.pins == 0 else { return .none }
    if state.use > 0, need == .mild, !refusesWhenFull {
      if victim == found || item.piece(0) == found { item.lowerUse(from: state, byHalf: isNewcomer) }
      return .none
    }
    let hash = unsafe index.hash.hash(item.keyBytes)
    guard index.tryLock(hash) else { return .none }
    let taken = evict(victim, hash, isNewcomer, need, slabClass, now)
    index.unlock(hash)
    if !taken { return .none }
    return state.isChained || item.slabClass != slabClass ? .chained(victim) : .chunk(victim)
  }

  /// Unlinks the victim if it still may be; true if its chunk is now the caller's. Class and stripe locks are held.
  private func evict(
    _ victim: UInt32, _ hash: UInt64, _ isNewcomer: Bool, _ need: Need, _ slabClass: UInt8, _ now: UInt32
  ) -> Bool {
    guard let slot = index.find(reference: victim, hash) else { return false }
    let item = memory.item(victim)
    let state = item.state
    guard state.pins == 0 else { return false }
    let dead = isDead(item, now)
    if refusesWhenFull && !dead { return false }
    countEviction(item, state, dead: dead, slabClass, now)
    if !dead { slabs.passTime(slabClass) }
    let ghost = dead ? .none : Ghost(of: hash, at: slabs.tick(homeClass(item)), wasNewcomer: isNewcomer)
    return vacate(slot, hash, leaving: ghost)
  }

  /// The class that would have to grow for the item to stay: for a chained one that of its pieces.
  func homeClass(_ item: ItemPointer) -> UInt8 { item.state.isChained ? UInt8(slabs.classCount) : item.slabClass }

  // MARK: Class and stripe locks are held

  /// Removes a live or dead item that must make room; true if its chunk has become the caller's.
  ///
  /// What the peer has not acknowledged would live again from its older copy, so it leaves a tombstone in the log; where
  /// that has no room the key is pushed out.
  func vacate(_ slot: IndexSlot, _ hash: UInt64, leaving ghost: Ghost) -> Bool {
    let item = memory.item(slot.reference)
    index.count(hash, items: -1, bytes: -liveBytes(item))
    if tombstones.mustRemember(item.stamp), !isFlushed(item) {
      let key = ItemView(slot.reference, in: memory).key
      let entry = tombstoneLog.append(key, stamp: item.stamp, isEvicted: true)
      if entry != 0 {
        index.replace(slot, with: entry)
        return item.unlink()
      }
      tombstones.pushOut(hash, item.stamp)
    }
    index.remove(slot, hash, leaving: ghost)
    return item.unlink()
  }

  // MARK: Counting

  private func countEviction(_ item: ItemPointer, _ state: ItemState, dead: Bool, _ slabClass: UInt8, _ now: UInt32) {
    let hasExpiry = item.expiresAt != 0
    let written = processClock.expiresAt(unixSeconds: Int64(item.stamp.unixMicroseconds / 1_000_000))
    slabs.withCounters(slabClass) {
      if dead {
        $0.reclaimed += 1
        $0.expiredUnfetched += state.isFetched ? 0 : 1
        return
      }
      $0.evicted += 1
      $0.evictedTime = now - min(written, now)
      $0.evictedNonzero += hasExpiry ? 1 : 0
      $0.evictedUnfetched += state.isFetched ? 0 : 1
      $0.evictedActive += state.use > 0 ? 1 : 0
    }
  }

  /// What an item counts for in `bytes`.
  func liveBytes(_ item: ItemPointer) -> Int { ItemPointer.headerCount + item.keyCount + item.valueCount }
}
