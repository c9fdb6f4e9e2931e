import Platform
import Synchronization

/// Pages of 1 MB, carved into chunks of a class; hands out chunks and takes them back.
///
/// ```
///  class 5 (112 B)     ring of pages:  [page 7] ⇄ [page 2] ⇄ [page 9] ⇄ …       hand ─▶ (page 2, chunk 4711)
///                      partial list:   page 9 → page 7
///  page 9              | used | free | used | free | … carved │ never touched … |
///                              └──────────────┘ freeHead
///  pool                pages given back, then pages never used, up to -m
/// ```
///
/// Free chunks are listed by page, not by class, so emptying a page (to give it to another class) unhooks it in one
/// step, and a page whose chunks are all free is seen at once, and goes back to the pool.
///
/// **Invariants.** A chunk is allocated, or on its page's free list, or beyond `carved`, exactly one of the three.
/// `usedChunks` of a class is the number of its allocated chunks. A page is in one class's ring or in the pool; one
/// whose chunks are all free is in the pool, or closed: then it goes where whoever closed it wants it; or it is the
/// log's.
///
/// **Locks.** A class's fields and its pages under the class's lock; the pool's under `poolLock`, taken inside a class
/// lock (stripe → class → pool, see `ItemStore`). Memory is committed when the store is made, so no lock spans a system
/// call.
///
/// Class 0 is nobody's: its pages are those of the `TombstoneLog`, its chunks the log's segments.
///
/// Each class may take its first page even when `-m` is used up, else a new size could not be stored before the
/// balancer came round; the balancer takes it back from the class with the most.
@safe final class SlabAllocator: @unchecked Sendable {
  let memory: ChunkMemory
  let sizes: SlabClassSizes
  let region: MappedRegion
  let classes: UnsafeMutablePointer<SlabClass>
  let pages: UnsafeMutablePointer<SlabPage>
  let newcomers: NewcomerMap
  let expiries: ExpiryMap
  let ghostClock: GhostClock
  let pageCapacity: Int
  /// Classes that have free chunks worth a page; see `SlabAllocator+SparsePages`.
  let donorCount = Atomic<Int>(0)

  private let poolLock = SpinLock()
  private var poolHead: Int32 = -1
  private var poolCount = 0
  private var freshPage = 0
  private(set) var pageLimit: Int
  /// Beside the limit that was asked for.
  private var extraPages = 0
  /// Of the pages that may ever be, those that have memory.
  private var usablePages: Int
  /// Of the pages in the pool, those whose memory the system has: linked as the pool's are.
  private var releasedHead: Int32 = -1
  private var releasedCount = 0
  /// How many pages are committed, for who changes the limit.
  let changes: Mutex<Int>

  init(_ configuration: StoreConfiguration) throws(StoreError) {
    let limit = max(configuration.memoryLimit >> ChunkMemory.pageShift, 1)
    let usable = Self.capacity(forLimit: limit)
    let ceiling = max((configuration.memoryCeiling ?? 0) >> ChunkMemory.pageShift, limit)
    let capacity = Self.capacity(forLimit: ceiling)
    let shift = ChunkMemory.granuleShift(toReach: capacity << ChunkMemory.pageShift)
    do {
      region = try MappedRegion(reserving: capacity << ChunkMemory.pageShift)
      try region.commit(offset: 0, count: usable << ChunkMemory.pageShift)
    } catch { throw .memory(error.description) }
    changes = Mutex(usable)
    usablePages = usable
    // Where the kernel has none, small ones do.
    if configuration.wantsLargePages { try? region.preferHugePages() }
    sizes = SlabClassSizes(
      smallest: configuration.minChunkSize, factor: configuration.growthFactor,
      largest: configuration.maxChunkSize, granuleShift: shift)
    memory = unsafe ChunkMemory(base: region.baseAddress, pageCount: capacity, granuleShift: shift)
    newcomers = try NewcomerMap(
      pageCapacity: capacity, minChunkSize: min(sizes.sizes[1], TombstoneLog.segmentSize))
    expiries = ExpiryMap(pageCapacity: capacity)
    ghostClock = GhostClock.allocate(classCount: sizes.count + 1)
    pageCapacity = capacity
    pageLimit = limit
    unsafe classes = .allocate(capacity: sizes.count + 1)
    for (index, size) in sizes.sizes.enumerated() {
      unsafe (classes + index).initialize(to: SlabClass(chunkSize: index == 0 ? TombstoneLog.segmentSize : size))
    }
    // It donates nothing.
    unsafe classes[0].isCoolingDown = true
    unsafe pages = .allocate(capacity: capacity)
    unsafe pages.initialize(repeating: SlabPage(), count: capacity)
  }

  deinit {
    unsafe classes.deinitialize(count: sizes.count + 1)
    unsafe classes.deallocate()
    ghostClock.deallocate()
    unsafe pages.deallocate()
  }

  var classCount: Int { sizes.count }

  /// Chunks that there may ever be.
  var chunkLimit: Int { pageCapacity * (ChunkMemory.pageSize / sizes.sizes[1]) }

  @inline(__always) func lock(_ slabClass: UInt8) { unsafe classes[Int(slabClass)].lock.lock() }
  func tryLock(_ slabClass: UInt8) -> Bool { unsafe classes[Int(slabClass)].lock.tryLock() }
  @inline(__always) func unlock(_ slabClass: UInt8) { unsafe classes[Int(slabClass)].lock.unlock() }

  // MARK: Under the class's lock

  /// A chunk from the free lists or from a new page; 0 where there is none without evicting.
  func takeFree(_ slabClass: UInt8, requested: Int, from source: FreeChunkSource = .beyondLimit) -> UInt32 {
    let owner = unsafe classes + Int(slabClass)
    while true {
      let page = unsafe owner.pointee.partialHead
      if page < 0 {
        if !addPage(to: slabClass, from: source) { return 0 }
        continue
      }
      let reference = takeFree(fromPage: Int(page), chunkSize: unsafe owner.pointee.chunkSize)
      if reference != 0 {
        noteAllocation(reference, slabClass, requested: requested)
        return reference
      }
      unsafe dropFromPartialList(Int(page), owner)
    }
  }

  private func takeFree(fromPage index: Int, chunkSize: Int) -> UInt32 {
    let page = unsafe pages + index
    if unsafe page.pointee.isMoving { return 0 }
    let head = unsafe page.pointee.freeHead
    if head != 0 {
      unsafe page.pointee.freeHead = memory.item(head).nextFree
      unsafe page.pointee.freeCount -= 1
      return head
    }
    let chunk = unsafe Int(page.pointee.carved)
    if (chunk + 1) * chunkSize > ChunkMemory.pageSize { return 0 }
    unsafe page.pointee.carved += 1
    unsafe classes[Int(page.pointee.slabClass)].carvedChunks += 1
    return memory.reference(page: index, offset: chunk * chunkSize)
  }

  /// Counts a chunk as in use and marks it as its author's: allocated, pinned once, not linked, and a newcomer.
  func noteAllocation(_ reference: UInt32, _ slabClass: UInt8, requested: Int) {
    let owner = unsafe classes + Int(slabClass)
    unsafe owner.pointee.usedChunks += 1
    unsafe owner.pointee.requestedBytes += requested
    unsafe addNewcomer(reference, owner)
    let item = memory.item(reference)
    item.slabClass = slabClass
    item.setState(ItemState.allocated | ItemState.onePin)
  }

  /// Takes back a chunk that nobody links or pins. With its last chunk a page goes back to the pool, from where any
  /// class may have it; a class that needs it at once gets it again for some dozen instructions.
  func giveBack(_ reference: UInt32, _ slabClass: UInt8, requested: Int) {
    let owner = unsafe classes + Int(slabClass)
    let index = memory.page(of: reference)
    unsafe listAsFree(reference, owner, requested: requested)
    if unsafe pages[index].isMoving { return }
    if isEmpty(page: index) {
      detachPage(index)
      return giveToPool(index)
    }
    unsafe listAsPartial(index, owner)
    unsafe noteSurplus(owner)
  }

  /// On the free list of its page.
  @inline(__always)
  func listAsFree(_ reference: UInt32, _ owner: UnsafeMutablePointer<SlabClass>, requested: Int) {
    let page = unsafe pages + memory.page(of: reference)
    unsafe removeNewcomer(reference, owner)
    let item = memory.item(reference)
    item.setState(0)
    item.nextFree = unsafe page.pointee.freeHead
    unsafe page.pointee.freeHead = reference
    unsafe page.pointee.freeCount += 1
    unsafe owner.pointee.usedChunks -= 1
    unsafe owner.pointee.requestedBytes -= requested
  }

  // MARK: Pool

  func takeFromPool(evenBeyondLimit: Bool) -> Int {
    poolLock.lock()
    defer { poolLock.unlock() }
    if freshPage - poolCount >= pageLimit, !evenBeyondLimit { return -1 }
    if poolHead >= 0 {
      let index = Int(poolHead)
      poolHead = unsafe pages[index].next
      poolCount -= 1
      return index
    }
    if releasedHead >= 0 {
      let index = Int(releasedHead)
      releasedHead = unsafe pages[index].next
      releasedCount -= 1
      poolCount -= 1
      return index
    }
    if freshPage >= usablePages { return -1 }
    freshPage += 1
    return freshPage - 1
  }

  func giveToPool(_ index: Int) {
    poolLock.lock()
    defer { poolLock.unlock() }
    unsafe pages[index] = SlabPage()
    unsafe pages[index].next = poolHead
    poolHead = Int32(index)
    poolCount += 1
  }

  /// By one page, for good.
  func raisePageLimit() {
    poolLock.withLock {
      pageLimit += 1
      extraPages += 1
    }
  }

  func setPageLimit(_ pages: Int, usable: Int) {
    poolLock.withLock {
      usablePages = usable
      pageLimit = pages + extraPages
    }
  }

  /// Bytes, as they were asked for.
  var memoryLimit: Int { poolLock.withLock { (pageLimit - extraPages) << ChunkMemory.pageShift } }

  /// A page of the pool while more have memory than the limit allows. It stays counted as the pool's.
  func takeSurplusPage() -> Int? {
    poolLock.lock()
    defer { poolLock.unlock() }
    guard poolHead >= 0, freshPage - releasedCount > pageLimit else { return nil }
    let index = Int(poolHead)
    poolHead = unsafe pages[index].next
    return index
  }

  /// Its memory is the system's.
  func noteReleased(_ index: Int) {
    poolLock.lock()
    defer { poolLock.unlock() }
    unsafe pages[index].next = releasedHead
    releasedHead = Int32(index)
    releasedCount += 1
  }

  /// Pages that were used and not given back to the system.
  var residentPages: Int { poolLock.withLock { freshPage - releasedCount } }

  /// Pages in classes and the log, beyond the limit (what the balancer owes), free for any class, and ever taken.
  var pageCounts: (used: Int, beyondLimit: Int, free: Int, taken: Int) {
    poolLock.lock()
    defer { poolLock.unlock() }
    let used = freshPage - poolCount
    return (used, max(0, used - pageLimit), max(0, pageLimit - used), freshPage)
  }
}
