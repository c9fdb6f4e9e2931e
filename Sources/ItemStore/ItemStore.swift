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
/// **Parts.** Each is a type of its own, and knows only those above it:
///
/// ```
///   Keyspace           what stands under the keys, and every change of it under a stripe's lock
///   Evictor            who goes when a class needs a chunk            TombstonePurger   tombstones that go
///   PageMover          pages from class to class                      Crawler           what has died
///   ItemAllocator      chunks for items, found free or made free, and the filling of them
///   PeerChanges        what comes from the peer
///   ItemStore          what clients ask for (Operations/); `mutate` is the one way of a change
/// ```
///
/// **Death.** An item is dead when its expiry has come or it was freshly written at or below the flush floor. Dead
/// items are unlinked by whoever meets them: a lookup, the hand of the clock, the crawler.
///
/// **The peer's share** is told at `TombstoneLedger`: where there may be a peer, what is deleted leaves a tombstone
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

  let flushes = Mutex(FlushState())
  /// While stamps are given anew, the greatest that there was; 0 at other times.
  let aheadWord = Atomic<UInt64>(0)
  /// When its flush to come is due, in milliseconds of the process clock; the greatest number: none.
  let dueWord = Atomic<UInt64>(.max)

  let tombstones: TombstoneLedger
  let tombstoneLog: TombstoneLog
  package let holds: LockHoldMeter

  let keyspace: Keyspace
  let evictor: Evictor
  let purger: TombstonePurger
  let pageMover: PageMover
  let crawler: Crawler
  let allocator: ItemAllocator
  let peerChanges: PeerChanges
  let accessAges: AccessAges

  package init(
    _ configuration: StoreConfiguration, processClock: ProcessClock, stampClock: StampClock = StampClock()
  ) throws(StoreError) {
    slabs = try SlabAllocator(configuration)
    memory = slabs.memory
    holds = LockHoldMeter(clocks: configuration.lockHoldClocks)
    index = try ItemIndex(
      memory: slabs.memory, clock: slabs.ghostClock, holds: holds, hash: KeyHash(seed: configuration.hashSeed),
      itemLimit: slabs.chunkLimit + TombstoneLog.maxCount(configuration),
      initialPower: configuration.initialBucketPower, stripePower: configuration.stripePower,
      readyOverflow: configuration.readyOverflow)
    self.stampClock = stampClock
    self.processClock = processClock
    tombstones = try TombstoneLedger(
      rules: configuration.rules, expectsPeer: configuration.expectsPeer,
      filterBits: configuration.filterBits ?? TombstoneLog.share(configuration) * 8)
    tombstoneLog = TombstoneLog(configuration, slabs: slabs, hash: index.hash, ledger: tombstones)
    keyspace = Keyspace(
      slabs: slabs, index: index, tombstones: tombstones, tombstoneLog: tombstoneLog, stampClock: stampClock,
      maxItemSize: configuration.maxItemSize)
    let refuses = configuration.refusesWhenFull
    accessAges = AccessAges(slabs, holds: holds)
    evictor = Evictor(
      keyspace, processClock: processClock, accessAges, watch: configuration.watch, refusesWhenFull: refuses)
    purger = TombstonePurger(keyspace)
    pageMover = PageMover(keyspace, evictor, holds: holds, refusesWhenFull: refuses)
    crawler = Crawler(keyspace, holds: holds)
    allocator = ItemAllocator(keyspace, evictor, pageMover, purger, refusesWhenFull: refuses)
    peerChanges = PeerChanges(keyspace, allocator, purger)
  }

  /// The hash that every operation on this key asks for; one per request.
  package func hash(_ key: Span<UInt8>) -> UInt64 { keyHash.hash(key) }

  /// The same, for whoever hashes many.
  package var keyHash: KeyHash { index.hash }

  package var rules: PairRules { tombstones.rules }

  package func isFlushed(_ view: borrowing ItemView) -> Bool { keyspace.isFlushed(view.version) }
}
