/// What the store is built with. Sizes in bytes.
package struct StoreConfiguration: Sendable {
  /// `-m`: bytes of slab pages.
  package var memoryLimit = 64 << 20
  /// What the limit may be raised to while the store is used: addresses are reserved for so much. Nil: not beyond `memoryLimit`.
  package var memoryCeiling: Int?
  /// `-n`: the smallest chunk, header included.
  package var minChunkSize = 40
  /// `-f`: a class's chunks are this many times as large as those of the class below.
  package var growthFactor = 1.2
  /// `-I`: the largest item: header, key and value.
  package var maxItemSize = 1 << 20
  /// `-o slab_chunk_max`: the largest chunk, from 1 KB to a page, as a power of two. What is larger is chained.
  package var maxChunkSize = ChunkMemory.pageSize / 2
  /// `-M`: refuse instead of evicting.
  package var refusesWhenFull = false
  /// A peer may come (not `-X 0`): deletes are remembered for it from the start.
  package var expectsPeer = false
  /// `-L`: ask the kernel for large memory pages.
  package var wantsLargePages = false
  /// Buckets of the index at the start, as a power of two.
  package var initialBucketPower = 14

  package var watch = StoreWatch()

  // What no flag reaches: for tests.

  /// Locks of the index, as a power of two; it has no fewer buckets.
  package var stripePower = 12
  /// Overflow buckets of the index that are ready for those who are faster than its growth.
  package var readyOverflow = IndexTable.readyOverflow
  /// Bytes that tombstones may fill; nil: their share of the memory.
  package var tombstoneLimit: Int?
  /// Bits of the filters of forgotten keys; nil: as many bytes as tombstones have.
  package var filterBits: Int?
  /// Makes the index's hash repeatable; nil: random numbers of the system.
  package var hashSeed: UInt64?
  package var rules = PairRules.all
  package var lockHoldClocks = LockHoldMeter.Clocks()

  package init() {}

  /// Sixteen times the limit, or 4 GB, but no more than items can be named of in as many bits as the limit itself needs: so chunks
  /// are what they are without it.
  package static func memoryCeiling(for limit: Int) -> Int {
    let pages = max(limit >> ChunkMemory.pageShift, 1)
    let shift = ChunkMemory.granuleShift(toReach: SlabAllocator.capacity(forLimit: pages) << ChunkMemory.pageShift)
    let reach = ((Int(UInt32.max) - 1) << shift) >> ChunkMemory.pageShift
    let greatest = (reach - SlabClassSizes.maxClasses - 1) / 33 * 32
    return max(pages, min(greatest, max(pages * 16, 4096))) << ChunkMemory.pageShift
  }

  /// The most that `maxItemSize` may be with such chunks, or there would be items whose head does not fit one.
  package static func maxItemSize(maxChunkSize: Int) -> Int {
    ItemPointer.maxValueCount(maxChunkSize: maxChunkSize) / maxChunkSize * maxChunkSize
  }
}

/// Why a store could not be made or grow.
package enum StoreError: Error, Sendable, CustomStringConvertible {
  case memory(String)

  package var description: String {
    switch self {
    case .memory(let why): "failed to allocate memory for items: \(why)"
    }
  }
}
