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
/// that nobody can find, then takes the stripe's lock, stamps it, puts it into the index in the old one's place, and
/// tells the journal, all under that one lock: so the order of a key's stamps, of its states and of its records is one
/// order.
///
/// **Who frees a chunk** is written at `ItemState`. **Lock order**: index stripe → class → page pool. Eviction goes the
/// other way round, and so only tries stripes' locks.
///
/// **Death.** An item is dead when its expiry has come or it was freshly written at or below the flush floor. Dead
/// items are unlinked by whoever meets them: a lookup, the hand of the clock, the crawler.
///
/// **The peer's share** lives in `ItemStore+Tombstones`: where there may be a peer, what is deleted leaves a tombstone
/// until both sides have passed it; once there has been one, so does what is evicted or expires too soon. Tombstones
/// have memory of their own, the `TombstoneLog`; every other chunk is an item's.
///
/// **Must not know** sockets, wire formats, and what the peer is.
@usableFromInline package final class ItemStore: Sendable {
  let slabs: SlabAllocator
  @usableFromInline let memory: ChunkMemory
  let index: ItemIndex
  package let stampClock: StampClock
  package let processClock: ProcessClock
  let maxItemSize: Int
  let refusesWhenFull: Bool

  let flushes = Mutex(FlushState())
  /// Its floor: items freshly written at or below are dead.
  let floorWord = Atomic<UInt64>(0)
  /// While stamps are given anew, the greatest that there was; 0 at other times.
  let aheadWord = Atomic<UInt64>(0)
  /// When its flush to come is due, in milliseconds of the process clock; the greatest number: none.
  let dueWord = Atomic<UInt64>(.max)

  // The crawler's: items looked at, crawls begun, and whether one has not come to its end.
  let crawledWord = Atomic<UInt64>(0)
  let crawlStartsWord = Atomic<UInt64>(0)
  let crawlingWord = Atomic<Bool>(false)

  let tombstones: TombstoneLedger
  let tombstoneLog: TombstoneLog
  let balancer: PageBalancer
  package let holds: LockHoldMeter

  package init(
    _ configuration: StoreConfiguration, processClock: ProcessClock, stampClock: StampClock = StampClock()
  ) throws(StoreError) {
    slabs = try SlabAllocator(configuration)
    memory = slabs.memory
    holds = LockHoldMeter(clocks: configuration.lockHoldClocks)
    index = try ItemIndex(
      memory: slabs.memory, clock: slabs.ghostClock, holds: holds, hash: KeyHash(seed: configuration.hashSeed),
      itemLimit: slabs.chunkLimit + TombstoneLog.maxCount(configuration),
      initialPower: configuration.initialBucketPower,
      stripePower: configuration.stripePower, readyOverflow: configuration.readyOverflow)
    self.stampClock = stampClock
    self.processClock = processClock
    maxItemSize = configuration.maxItemSize
    refusesWhenFull = configuration.refusesWhenFull
    tombstones = try TombstoneLedger(
      rules: configuration.rules, expectsPeer: configuration.expectsPeer,
      filterBits: configuration.filterBits ?? TombstoneLog.share(configuration) * 8)
    tombstoneLog = TombstoneLog(configuration, slabs: slabs, hash: index.hash, ledger: tombstones)
    balancer = PageBalancer(classCount: slabs.classCount)
  }

  /// The hash that every operation on this key asks for; one per request.
  package func hash(_ key: Span<UInt8>) -> UInt64 { keyHash.hash(key) }

  /// The same, for whoever hashes many.
  package var keyHash: KeyHash { index.hash }
}
