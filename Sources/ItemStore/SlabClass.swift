import Platform

/// One size of chunks: its pages, where free ones are, and the hand of its clock. All fields under `lock`, which is not
/// the first of them for the reason told at `IndexStripe`.
struct SlabClass: ~Copyable {
  let chunkSize: Int
  let chunksPerPage: Int

  var pageCount = 0
  var ring: Int32 = -1
  var partialHead: Int32 = -1
  var usedChunks = 0
  /// Of its pages, chunks handed out at least once: `stats slabs` does not walk the pages to count them.
  var carvedChunks = 0
  var requestedBytes = 0

  /// The hand: the chunk looked at next.
  var handPage: Int32 = -1
  var handChunk: UInt32 = 0

  var counters = SlabClassCounters()
  let lock = SpinLock()

  init(chunkSize: Int) {
    self.chunkSize = chunkSize
    chunksPerPage = ChunkMemory.pageSize / chunkSize
  }
}

/// What a slab class counted since `stats reset`; names as in `stats items`.
package struct SlabClassCounters: Sendable {
  package var evicted: UInt64 = 0
  /// Of these, by the balancer emptying a page: no sign of the class lacking room.
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
