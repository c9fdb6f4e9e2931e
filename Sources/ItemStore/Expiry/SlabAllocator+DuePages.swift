import Synchronization

/// What is known of the expiries in each page and each class; see `ExpiryMap`.
extension SlabAllocator {
  /// Whether an item of the class may be dead. Needs no lock.
  @inline(__always) func isDue(_ slabClass: UInt8, _ now: UInt32) -> Bool {
    unsafe classes[Int(slabClass)].earliestExpiry.load(ordering: .relaxed) <= now
  }

  /// The item in the chunk was given an expiry, which is not 0.
  @inline(never) func noteExpiry(_ expiresAt: UInt32, _ reference: UInt32, _ slabClass: UInt8) {
    if expiries.note(expiresAt, memory.page(of: reference)) { lowerExpiry(expiresAt, slabClass) }
  }

  /// The word of a class is lowered after that of its page, and raised before those are looked at.
  func lowerExpiry(_ expiresAt: UInt32, _ slabClass: UInt8) {
    _ = unsafe ExpiryMap.lower(classes[Int(slabClass)].earliestExpiry, to: expiresAt)
  }

  func takeExpiry(_ slabClass: UInt8) {
    _ = unsafe classes[Int(slabClass)].earliestExpiry.exchange(ExpiryMap.never, ordering: .sequentiallyConsistent)
  }

  /// A flush: every item has to be looked at.
  func markAllFlushed() {
    for page in 0..<pageCounts.taken { expiries.markFlushed(page) }
    for slabClass in 1...classCount { lowerExpiry(ExpiryMap.flushed, UInt8(slabClass)) }
  }

  // MARK: The crawler's way

  /// Pages passed by in one hold of the lock.
  private static let maxPassed = 64

  /// A walk over the pages of a class.
  ///
  /// Pages may come and go meanwhile, those just crawled above all. Where that has happened nobody knows whether all
  /// were met, so the class stays due, and is walked again in the next round.
  struct PageWalk {
    let slabClass: UInt8
    /// Looked at last, and the one before it, from which the walk goes on where that has left; below 0: none.
    fileprivate var page: Int32 = -1
    fileprivate var before: Int32 = -1
    fileprivate var pagesLeft = 0
    /// Of the class when the walk began; nil before.
    fileprivate var ringVersion: UInt32?
    private(set) var isAtEnd = false
    /// The least word of the pages passed by.
    private(set) var earliest = ExpiryMap.never

    init(_ slabClass: UInt8) { self.slabClass = slabClass }

    mutating func note(_ earliest: UInt32) { self.earliest = min(self.earliest, earliest) }

    fileprivate mutating func end(_ ringVersion: UInt32) {
      isAtEnd = true
      if ringVersion != self.ringVersion { earliest = ExpiryMap.flushed }
    }
  }

  /// Goes on to the next page in which something may be dead; nil where it passed only others, or has come to the end.
  func nextDuePage(_ walk: inout PageWalk, _ now: UInt32) -> Int? {
    lock(walk.slabClass)
    defer { unlock(walk.slabClass) }
    let owner = unsafe classes + Int(walk.slabClass)
    if walk.ringVersion == nil {
      walk.ringVersion = unsafe owner.pointee.ringVersion
      walk.pagesLeft = unsafe owner.pointee.pageCount
    }
    for _ in 0..<Self.maxPassed {
      guard walk.pagesLeft > 0, let page = unsafe step(&walk, owner) else {
        unsafe walk.end(owner.pointee.ringVersion)
        return nil
      }
      let earliest = expiries.earliest(page)
      if earliest <= now { return page }
      walk.note(earliest)
    }
    return nil
  }

  private func step(_ walk: inout PageWalk, _ owner: UnsafeMutablePointer<SlabClass>) -> Int? {
    let next: Int32
    if isPage(walk.page, of: walk.slabClass) {
      walk.before = walk.page
      next = unsafe pages[Int(walk.page)].next
    } else {
      next = unsafe isPage(walk.before, of: walk.slabClass) ? pages[Int(walk.before)].next : owner.pointee.ring
    }
    walk.pagesLeft -= 1
    walk.page = next
    return next < 0 ? nil : Int(next)
  }

  private func isPage(_ page: Int32, of slabClass: UInt8) -> Bool {
    unsafe page >= 0 && pages[Int(page)].slabClass == slabClass
  }

  // MARK: The hand that finds dead items for writers; under the class's lock

  /// The chunk to be looked at next in a page where something may be dead; 0 where the hand has only moved on.
  func advanceExpiryHand(_ slabClass: UInt8, _ now: UInt32) -> UInt32 {
    let owner = unsafe classes + Int(slabClass)
    if unsafe owner.pointee.expiryHand.page < 0 { unsafe owner.pointee.expiryHand.leave(for: owner.pointee.ring) }
    let page = unsafe Int(owner.pointee.expiryHand.page)
    if page < 0 { return 0 }
    let chunk = unsafe Int(owner.pointee.expiryHand.chunk)
    if unsafe pages[page].isMoving || !expiries.isDue(page, now) || chunk >= Int(pages[page].carved) {
      unsafe owner.pointee.expiryHand.leave(for: pages[page].next)
      return 0
    }
    unsafe owner.pointee.expiryHand.chunk += 1
    return unsafe memory.reference(page: page, offset: chunk * owner.pointee.chunkSize)
  }
}
