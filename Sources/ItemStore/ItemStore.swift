import Platform
import Synchronization

/// Bytes in, bytes out: the items of one daemon, for all of its threads at once.
///
/// ```
///   key ──hash──▶ ItemIndex (stripe lock) ──reference──▶ chunk: header, key, value
///                                                          ▲
///                               SlabAllocator (class lock, pool lock)
/// ```
///
/// A read hashes the key, takes the stripe's lock, finds the item and hands a view of it to the caller, who copies what
/// it needs before the lock is released; only a value too large to copy is pinned instead. A write fills a fresh chunk
/// that nobody can find, then takes the stripe's lock, stamps it, puts it into the index in the old one's place, and tells
/// the journal, all under that one lock: so the order of a key's stamps, of its states and of its records is one order.
///
/// **Who frees a chunk** is written at `ItemState`. **Lock order**: index stripe → class → page pool. Eviction goes the other way round, and so only
/// tries stripes' locks.
///
/// **Death.** An item is dead when its expiry has come or its stamp is at or below the flush floor. Dead items are unlinked
/// by whoever meets them: a lookup, the hand of the clock, the crawler.
///
/// **The peer's share** (DESIGN.md §5) lives in `ItemStore+Tombstones`: once there has ever been a peer, what is deleted
/// leaves a tombstone until both sides have passed it.
///
/// **Must not know** sockets, wire formats, and what the peer is.
package final class ItemStore: Sendable {
  let slabs: SlabAllocator
  let memory: ChunkMemory
  let index: ItemIndex
  package let stampClock: StampClock
  package let processClock: ProcessClock
  let largestItem: Int
  let refusesWhenFull: Bool

  /// Items at or below are dead.
  let floorWord = Atomic<UInt64>(0)
  /// A floor whose time has not come; 0 none.
  let pendingFloorWord = Atomic<UInt64>(0)
  /// Microseconds by which the peer's wall clock is ahead of this one; 0 where it is not.
  private let clockLeadWord = Atomic<UInt64>(0)

  /// Items that the crawler has looked at.
  let crawledWord = Atomic<UInt64>(0)

  let tombstones: TombstoneLedger
  let balancer: PageBalancer

  package init(
    _ configuration: StoreConfiguration, processClock: ProcessClock, stampClock: StampClock = StampClock()
  ) throws(StoreError) {
    slabs = try SlabAllocator(configuration)
    memory = slabs.memory
    index = try ItemIndex(
      memory: slabs.memory, hash: KeyHash(seed: configuration.hashSeed),
      initialPower: configuration.initialBucketPower, stripePower: configuration.stripePower)
    self.stampClock = stampClock
    self.processClock = processClock
    largestItem = configuration.largestItem
    refusesWhenFull = configuration.refusesWhenFull
    tombstones = TombstoneLedger(
      byteLimit: configuration.tombstoneLimit ?? max(configuration.memoryLimit / 32, 4096), rules: configuration.rules)
    balancer = PageBalancer(classCount: slabs.classCount)
  }

  /// The hash that every operation on this key asks for; one per request.
  package func hash(_ key: Span<UInt8>) -> UInt64 { index.hash.hash(key) }

  // MARK: Death

  package var floor: Stamp { Stamp(rawValue: floorWord.load(ordering: .relaxed)) }

  /// A flush whose time has not come; zero: none.
  package var pendingFloor: Stamp { Stamp(rawValue: pendingFloorWord.load(ordering: .relaxed)) }

  func isFlushed(_ item: ItemPointer) -> Bool { item.stamp.rawValue <= floorWord.load(ordering: .relaxed) }

  func isExpired(_ item: ItemPointer, _ now: UInt32) -> Bool { item.expiresAt != 0 && item.expiresAt <= now }

  func isDead(_ item: ItemPointer, _ now: UInt32) -> Bool { isFlushed(item) || isExpired(item, now) }

  /// Now, by the clock of the two that is ahead: stamps run by that one once the two have heard of each other. So a flush
  /// to come names its time by it, and both sides mean the same moment whatever their clocks show.
  func pairMicroseconds(_ moment: Moment) -> UInt64 {
    moment.unixMicroseconds &+ clockLeadWord.load(ordering: .relaxed)
  }

  /// The link tells how far the peer's clock is ahead; behind counts as 0.
  package func noteClockLead(microseconds: Int64) {
    clockLeadWord.store(UInt64(max(microseconds, 0)), ordering: .relaxed)
  }

  /// Kills everything stamped up to now, or up to a time to come. A later call takes the place of one pending.
  ///
  /// One to come takes effect on each side by itself. The link tells the peer of every floor that has risen, so where the
  /// two had different ones pending, because two calls crossed, the first that comes due goes for both.
  ///
  /// - Parameter delay: seconds; 0 or less: at once.
  package func flush(delay: Int64, at moment: Moment, journal: (any MutationJournal)?) {
    journal?.willMutate()
    let floor: Stamp
    if delay > 0 {
      let (microseconds, overflow) = delay.multipliedReportingOverflow(by: 1_000_000)
      let now = pairMicroseconds(moment)
      let time = overflow ? UInt64(Int64.max) : min(now &+ UInt64(microseconds), UInt64(Int64.max))
      floor = Stamp(endOfTick: time)
      pendingFloorWord.store(floor.rawValue, ordering: .sequentiallyConsistent)
    } else {
      floor = stampClock.next(after: .zero, unixMicroseconds: moment.unixMicroseconds)
      pendingFloorWord.store(0, ordering: .sequentiallyConsistent)
      raiseFloor(to: floor)
    }
    journal?.recordFlush(floor, isScheduled: delay > 0)
    journal?.didMutate()
  }

  func raiseFloor(to floor: Stamp) { _ = floorWord.max(floor.rawValue, ordering: .sequentiallyConsistent) }

  /// A pending flush whose time has come takes effect. Cheap; called once for each batch of requests.
  package func advance(to moment: Moment) {
    let pending = pendingFloorWord.load(ordering: .relaxed)
    if pending == 0 || Stamp(rawValue: pending).unixMicroseconds > pairMicroseconds(moment) { return }
    if pendingFloorWord.compareExchange(
      expected: pending, desired: 0, ordering: .sequentiallyConsistent
    ).exchanged {
      stampClock.hear(Stamp(rawValue: pending))
      raiseFloor(to: Stamp(rawValue: pending))
    }
  }
}
