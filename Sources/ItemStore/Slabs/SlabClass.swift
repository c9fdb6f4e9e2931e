import Platform
import Synchronization

/// One size of chunks: its pages, where free ones are, and the hand of its clock. All fields under `lock`, which is not
/// the first of them for the reason told at `IndexStripe`.
struct SlabClass: ~Copyable {
  let chunkSize: Int
  let chunksPerPage: Int
  /// 2^32 over the chunk size, rounded up: multiplying is cheaper than dividing, and exact for what lies in a page.
  private let reciprocal: UInt64

  var pageCount = 0
  /// Of these, pages that are being emptied.
  var closedPages = 0
  var ring: Int32 = -1
  var partialHead: Int32 = -1
  var usedChunks = 0
  /// Of its pages, chunks handed out at least once: `stats slabs` does not walk the pages to count them.
  var carvedChunks = 0
  var requestedBytes = 0

  /// Has free chunks worth a page, which can be freed by moving items together; read without the lock.
  let isDonor = Atomic<Bool>(false)
  /// Could not free a page not long ago, for something held its items, or got one itself: it is no donor for a while.
  var isCoolingDown = false

  /// Chunks marked in the map of newcomers, the hand that goes over them, and the one that goes over the others.
  var newcomers = 0
  var youngHand = SlabHand()
  var oldHand = SlabHand()

  /// A time before which none of its items expires; read without the lock. See `ExpiryMap`.
  let earliestExpiry = Atomic<UInt32>(ExpiryMap.never)
  /// The hand that looks for dead items.
  var expiryHand = SlabHand()
  /// Changes when a page comes or goes.
  var ringVersion: UInt32 = 0

  /// Newcomers that the class grants beyond their tenth.
  var grantedNewcomers = 0
  /// The chunk of the item that ended its probation last; 0: none since a newcomer was put there.
  var promoted: UInt32 = 0
  /// Of the items evicted lately, the part that were old, from 0 to 1.
  var oldShare: Float = 0.5

  /// Items evicted since the class's tick in the clock of ghosts.
  var evictedOfTick = 0
  /// The limit of its last eviction: nothing younger went for what was stored (`PeerChanges.evictsUpTo`).
  var evictedUpTo = Stamp.greatest
  /// Evicted items that were asked for or came back while their ghosts stood.
  var refaults: UInt64 = 0

  var counters = SlabClassCounters()
  let lock = SpinLock()

  init(chunkSize: Int) {
    self.chunkSize = chunkSize
    chunksPerPage = ChunkMemory.pageSize / chunkSize
    reciprocal = (1 << 32 + UInt64(chunkSize) - 1) / UInt64(chunkSize)
  }

  /// The number of the chunk that begins at this offset of a page.
  func chunk(at offset: Int) -> Int {
    Int(truncatingIfNeeded: (UInt64(truncatingIfNeeded: offset) &* reciprocal) >> 32)
  }
}

/// What a slab class counted since `stats reset`; names as in `stats items`.
package struct SlabClassCounters: Sendable {
  package var evicted: UInt64 = 0
  /// Of these, by the balancer emptying a page: no sign of the class lacking memory.
  package var evictedByMove: UInt64 = 0
  package var evictedNonzero: UInt64 = 0
  package var evictedUnfetched: UInt64 = 0
  package var evictedActive: UInt64 = 0
  package var evictedTime: UInt32 = 0
  package var expiredUnfetched: UInt64 = 0
  package var reclaimed: UInt64 = 0
  package var crawlerReclaimed: UInt64 = 0
  package var outOfMemory: UInt64 = 0
  package var directReclaims: UInt64 = 0
  package init() {}
}

/// What is known of one slab page. Guarded by the lock of the class it belongs to; without a class, by the pool's.
struct SlabPage {
  /// 0: in the pool, or a page of the tombstone log.
  var slabClass: UInt8 = 0
  /// Closed, being emptied for another class: chunks that are freed stay free.
  var isMoving = false
  var isOnPartialList = false
  /// Chunks handed out at least once; beyond them the page was never touched.
  var carved: UInt32 = 0
  /// First of the free chunks below `carved`, linked through their first bytes.
  var freeHead: UInt32 = 0
  var freeCount: UInt32 = 0
  /// Neighbours in the ring of the class's pages; in the pool `next` is the next free page.
  var next: Int32 = -1
  var previous: Int32 = -1
  /// Neighbours in the list of the class's pages that have free chunks.
  var nextPartial: Int32 = -1
  var previousPartial: Int32 = -1
}
