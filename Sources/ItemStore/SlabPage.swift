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
